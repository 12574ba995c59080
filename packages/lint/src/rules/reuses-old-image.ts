import { text } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import { describe } from '../model/manifest-object.ts';
import { isRetagged } from '../model/retagged.ts';
import { looksFixed } from '../model/tags.ts';
import type { LintedContainer } from '../model/workload.ts';
import type { Rule } from './rule.ts';

/** Kubernetes' default: `Always` for `:latest` and for no tag at all, else `IfNotPresent` (core/v1 defaults). */
function pullPolicy({ value, image, reference }: LintedContainer): string {
  const written = text(value['imagePullPolicy']);
  if (written) return written;
  return reference?.tag === 'latest' && !image.includes('@') ? 'Always' : 'IfNotPresent';
}

/** Tags that move without `imagePullPolicy: Always`: a node that has an older image of the tag starts that one. */
export const reusesOldImage: Rule = (subject) =>
  subject.workloads.flatMap((workload) =>
    workload.containers.flatMap((container) => {
      const { object } = workload;
      const { reference, followed, name, path, value } = container;
      const policy = pullPolicy(container);
      if (!reference?.tag || reference.digest !== undefined || policy === 'Always') return [];
      if (looksFixed(reference.tag) || isRetagged(subject, workload, container)) return [];
      const written = value['imagePullPolicy'] !== undefined;
      const why = written
        ? `has imagePullPolicy ${policy}`
        : `has no imagePullPolicy, and the default is ${policy} for every tag but "latest"`;
      return [
        finding(
          'reuses-old-image',
          followed ? 'error' : 'warning',
          object.origin.location([...path, written ? 'imagePullPolicy' : 'image']),
          `Container ${name} of ${describe(object)} ${why}: a node that has an older "${reference.tag}" starts that one, so a restart keeps the old image.`,
          'Set imagePullPolicy: Always for this container.',
        ),
      ];
    }),
  );
