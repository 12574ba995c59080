import { repositoryOf } from '@keelson/image';
import { at, text } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import { describe } from '../model/manifest-object.ts';
import type { Subject } from '../model/subject.ts';
import { referenceOf } from '../model/workload.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** Followed images that something else updates too: both write, and neither respects the other's rollback. */
export const twoUpdaters: Rule = (subject) => [...markers(subject), ...argoUpdater(subject)];

/** Flux' image automation rewrites lines that carry `# {"$imagepolicy": "namespace:name"}`. */
function markers({ workloads }: Subject): readonly Finding[] {
  return workloads.flatMap(({ object, containers }) =>
    containers
      .filter(({ followed, path }) => followed && object.origin.lineAt([...path, 'image']).includes('$imagepolicy'))
      .map(({ name, path }) =>
        finding(
          'two-updaters',
          'error',
          object.origin.location([...path, 'image']),
          `Container ${name} of ${describe(object)} is followed, and Flux' image automation rewrites its image in git, too: each reverts what the other wrote.`,
          'Remove the $imagepolicy marker, or the policy of the workload.',
        ),
      ),
  );
}

/** Argo CD Image Updater names its images in an annotation of the Application: `alias=repository:constraint`, with commas. */
function argoUpdater({ objects, workloads }: Subject): readonly Finding[] {
  const key = 'argocd-image-updater.argoproj.io/image-list';
  return objects
    .filter(({ group, kind }) => group === 'argoproj.io' && kind === 'Application')
    .flatMap((application) => {
      const images = text(at(application.value, ['metadata', 'annotations', key]))?.split(',') ?? [];
      const updated = new Set(
        images.flatMap((image) => {
          const reference = referenceOf(image.trim().replace(/^[^=]*=/, ''));
          return reference === undefined ? [] : [repositoryOf(reference)];
        }),
      );
      const both = workloads.find(({ containers }) =>
        containers.some(({ followed, reference }) => followed && reference && updated.has(repositoryOf(reference))),
      );
      if (!both) return [];
      return [
        finding(
          'two-updaters',
          'error',
          application.origin.location(['metadata', 'annotations', key], 'key'),
          `${describe(both.object)} is followed, and Argo CD Image Updater updates its image for ${describe(application)}, too: each reverts what the other wrote.`,
          'Remove the image from the list, or the policy from the workload.',
        ),
      ];
    });
}
