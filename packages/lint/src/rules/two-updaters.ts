import { repositoryOf } from '@keelson/image';
import { at, text } from '../fields.ts';
import { finding } from '../finding.ts';
import type { Subject } from '../model/subject.ts';
import { describe } from '../model/thing.ts';
import { referenceOf } from '../model/workload.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** A followed image that something else updates as well: both write, and neither knows of the other's rollback. */
export const twoUpdaters: Rule = (subject) => [...markers(subject), ...argoUpdater(subject)];

/** Flux' image automation rewrites lines that carry `# {"$imagepolicy": "namespace:name"}`. */
function markers({ workloads }: Subject): readonly Finding[] {
  return workloads.flatMap(({ thing, containers }) =>
    containers
      .filter(({ followed, path }) => followed && thing.origin.lineAt([...path, 'image']).includes('$imagepolicy'))
      .map(({ name, path }) =>
        finding(
          'two-updaters',
          'error',
          thing.origin.place([...path, 'image']),
          `Container ${name} of ${describe(thing)} is followed, and Flux' image automation rewrites its image in git, too: each undoes what the other wrote.`,
          'Remove the $imagepolicy marker, or the policy of the workload.',
        ),
      ),
  );
}

/** Argo CD Image Updater names its images in an annotation of the Application: `alias=repository:constraint`, with commas. */
function argoUpdater({ things, workloads }: Subject): readonly Finding[] {
  const key = 'argocd-image-updater.argoproj.io/image-list';
  return things
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
          application.origin.place(['metadata', 'annotations', key], 'key'),
          `${describe(both.thing)} is followed, and Argo CD Image Updater updates its image for ${describe(application)}, too: each undoes what the other wrote.`,
          'Take the image out of the list, or remove the policy of the workload.',
        ),
      ];
    });
}
