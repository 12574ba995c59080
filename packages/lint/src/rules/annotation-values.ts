import { fields } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import { describe } from '../model/manifest-object.ts';
import type { Rule } from './rule.ts';

/** Annotations and labels that are not strings, such as `keel.sh/match-tag: true` without quotes: the API server refuses the object. */
export const annotationValues: Rule = ({ workloads }) =>
  workloads.flatMap(({ object }) =>
    (['annotations', 'labels'] as const).flatMap((map) =>
      Object.entries(fields(fields(object.value['metadata'])[map]))
        .filter(([key, value]) => /^keel(?:son)?\.(?:sh|observer)\//.test(key) && typeof value !== 'string')
        .map(([key, value]) =>
          finding(
            'value-not-text',
            'error',
            object.origin.location(['metadata', map, key]),
            `${key} is ${JSON.stringify(value)}, which is not a string: Kubernetes refuses ${describe(object)}.`,
            value === null
              ? 'Give it a value, or remove it.'
              : `Put it in quotes: ${key}: ${JSON.stringify(JSON.stringify(value))}.`,
          ),
        ),
    ),
  );
