import type { CollectionTag } from 'yaml';
import { isSeq, Scalar } from 'yaml';

/** What GitLab's `!reference [job, field]` becomes: resolved later, when all files are read. */
export class Reference {
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    this.path = path;
  }
}

/** GitLab's own tag. Without it the parser would take it for a plain list. */
export const referenceTag: CollectionTag = {
  tag: '!reference',
  collection: 'seq',
  identify: () => false,
  resolve: (value) => new Scalar(new Reference(isSeq(value) ? value.items.map((item) => String(item)) : [])),
};
