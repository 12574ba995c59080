import type { CollectionTag } from 'yaml';
import { isSeq, Scalar } from 'yaml';

/** GitLab's `!reference [job, field]`, to be resolved once all files are read. */
export class Reference {
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    this.path = path;
  }
}

/** The YAML tag `!reference`. Without it the parser would read a plain list. */
export const referenceTag: CollectionTag = {
  tag: '!reference',
  collection: 'seq',
  identify: () => false,
  resolve: (value) => new Scalar(new Reference(isSeq(value) ? value.items.map((item) => String(item)) : [])),
};
