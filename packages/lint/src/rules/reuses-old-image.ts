import { text } from '../fields.ts';
import { finding } from '../finding.ts';
import { isRetagged } from '../model/retagged.ts';
import { looksFixed } from '../model/tags.ts';
import { describe } from '../model/thing.ts';
import type { CheckedContainer } from '../model/workload.ts';
import type { Rule } from './rule.ts';

/** Kubernetes' default: `Always` for `:latest` and for no tag at all, else `IfNotPresent` (core/v1 defaults). */
function pullPolicy({ value, image, reference }: CheckedContainer): string {
  const written = text(value['imagePullPolicy']);
  if (written) return written;
  return reference?.tag === 'latest' && !image.includes('@') ? 'Always' : 'IfNotPresent';
}

/** A tag that moves, on a node that does not ask again: a restart starts the old image. */
export const reusesOldImage: Rule = (subject) =>
  subject.workloads.flatMap((workload) =>
    workload.containers.flatMap((container) => {
      const { thing } = workload;
      const { reference, followed, name, path, value } = container;
      const policy = pullPolicy(container);
      if (!reference?.tag || reference.digest !== undefined || policy === 'Always') return [];
      if (looksFixed(reference.tag) || isRetagged(subject, workload, container)) return [];
      const written = value['imagePullPolicy'] !== undefined;
      const why = written
        ? `has imagePullPolicy ${policy}`
        : `has no imagePullPolicy, and Kubernetes takes ${policy} for every tag but "latest"`;
      return [
        finding(
          'reuses-old-image',
          followed ? 'error' : 'warning',
          thing.origin.place([...path, written ? 'imagePullPolicy' : 'image']),
          `Container ${name} of ${describe(thing)} ${why}: a node that has an older "${reference.tag}" starts that one again, so a restart would keep the old image.`,
          'Set imagePullPolicy: Always for this container.',
        ),
      ];
    }),
  );
