import type { Fields, Path } from '@keelson/kube/fields';
import { at, fields, strings } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import type { ManifestObject } from '../model/manifest-object.ts';
import { describe } from '../model/manifest-object.ts';
import { isWorkload, readWorkload } from '../model/workload.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** Annotations that Keel and Keelson themselves write on pod templates. */
const written = new Set(['keel.sh/update-time', 'keelson.sh/restartedAt']);

/** Annotations without an effect: on a pod template, or on a kind that is not followed. */
export const annotationPlaces: Rule = ({ objects }) =>
  objects.flatMap((object) => [...onTemplate(object), ...onKind(object)]);

function onTemplate(object: ManifestObject): readonly Finding[] {
  const workload = readWorkload(object);
  if (!workload) return [];
  const { templatePath, template } = workload;
  const job: Path = ['spec', 'jobTemplate'];
  const places: readonly (readonly [Path, Fields])[] = [
    [[...templatePath, 'metadata'], fields(template['metadata'])],
    ...(object.kind === 'CronJob'
      ? ([[[...job, 'metadata'], fields(at(object.value, [...job, 'metadata']))]] as const)
      : []),
  ];
  return places.flatMap(([path, metadata]) =>
    keysIn(metadata)
      .filter(({ key }) => !written.has(key))
      .map(({ map, key }) =>
        finding(
          'annotation-on-template',
          'error',
          object.origin.location([...path, map, key], 'key'),
          `${key} is on the pod template of ${describe(object)}, which neither Keel nor Keelson reads.`,
          `Move it to the metadata of the ${object.kind} itself.`,
        ),
      ),
  );
}

/** Only a policy: other keys may be there for other reasons, and have no effect without a policy. */
function onKind(object: ManifestObject): readonly Finding[] {
  if (isWorkload(object)) return [];
  return keysIn(fields(object.value['metadata']))
    .filter(({ key }) => /^keel(?:son)?\.sh\/policy$/.test(key))
    .map(({ map, key }) =>
      finding(
        'annotation-on-other-kind',
        'error',
        object.origin.location(['metadata', map, key], 'key'),
        `${key} on ${describe(object)} has no effect: only Deployments, StatefulSets, DaemonSets and CronJobs are followed.`,
        'Move it to the workload whose image Keelson should follow.',
      ),
    );
}

function keysIn(metadata: Fields) {
  return (['annotations', 'labels'] as const).flatMap((map) =>
    Object.keys(strings(metadata[map]))
      .filter((key) => /^keel(?:son)?\.sh\//.test(key))
      .map((key) => ({ map, key })),
  );
}
