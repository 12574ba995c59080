import type { Fields, Path } from '../fields.ts';
import { at, fields, strings } from '../fields.ts';
import { finding } from '../finding.ts';
import type { Thing } from '../model/thing.ts';
import { describe } from '../model/thing.ts';
import { isWorkload, readWorkload } from '../model/workload.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** What Keel and Keelson write on pod templates themselves. */
const written = new Set(['keel.sh/update-time', 'keelson.sh/restartedAt']);

/** Annotations where nobody looks: on a pod template, or on a kind that is not followed. */
export const annotationPlaces: Rule = ({ things }) =>
  things.flatMap((thing) => [...onTemplate(thing), ...onKind(thing)]);

function onTemplate(thing: Thing): readonly Finding[] {
  const workload = readWorkload(thing);
  if (!workload) return [];
  const { templatePath, template } = workload;
  const job: Path = ['spec', 'jobTemplate'];
  const places: readonly (readonly [Path, Fields])[] = [
    [[...templatePath, 'metadata'], fields(template['metadata'])],
    ...(thing.kind === 'CronJob'
      ? ([[[...job, 'metadata'], fields(at(thing.value, [...job, 'metadata']))]] as const)
      : []),
  ];
  return places.flatMap(([path, metadata]) =>
    keysIn(metadata)
      .filter(({ key }) => !written.has(key))
      .map(({ map, key }) =>
        finding(
          'annotation-on-template',
          'error',
          thing.origin.place([...path, map, key], 'key'),
          `${key} stands on the pod template of ${describe(thing)}, where neither Keel nor Keelson looks.`,
          `Move it to the metadata of the ${thing.kind} itself, beside its name.`,
        ),
      ),
  );
}

/** Only a policy: other keys of ours may be there for other reasons, and without a policy they ask for nothing. */
function onKind(thing: Thing): readonly Finding[] {
  if (isWorkload(thing)) return [];
  return keysIn(fields(thing.value['metadata']))
    .filter(({ key }) => /^keel(?:son)?\.sh\/policy$/.test(key))
    .map(({ map, key }) =>
      finding(
        'annotation-on-other-kind',
        'error',
        thing.origin.place(['metadata', map, key], 'key'),
        `${key} on ${describe(thing)} has no effect: followed are Deployments, StatefulSets, DaemonSets and CronJobs.`,
        'Move it to the workload whose image is to be followed.',
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
