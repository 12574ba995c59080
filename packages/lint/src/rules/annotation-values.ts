import { fields } from '../fields.ts';
import { finding } from '../finding.ts';
import { describe } from '../model/thing.ts';
import type { Rule } from './rule.ts';

/** `keel.sh/match-tag: true` without quotes is a boolean: the API server refuses the whole object. */
export const annotationValues: Rule = ({ workloads }) =>
  workloads.flatMap(({ thing }) =>
    (['annotations', 'labels'] as const).flatMap((map) =>
      Object.entries(fields(fields(thing.value['metadata'])[map]))
        .filter(([key, value]) => /^keel(?:son)?\.(?:sh|observer)\//.test(key) && typeof value !== 'string')
        .map(([key, value]) =>
          finding(
            'value-not-text',
            'error',
            thing.origin.place(['metadata', map, key]),
            `${key} is ${JSON.stringify(value)} and no text: Kubernetes refuses ${describe(thing)} as a whole.`,
            value === null
              ? 'Give it a value, or remove it.'
              : `Put it in quotes: ${key}: ${JSON.stringify(JSON.stringify(value))}.`,
          ),
        ),
    ),
  );
