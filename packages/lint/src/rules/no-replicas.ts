import { fields } from '../fields.ts';
import { finding } from '../finding.ts';
import { describe } from '../model/thing.ts';
import type { Rule } from './rule.ts';

/** Followed, and nothing runs: what is pushed cannot be shown to work. */
export const noReplicas: Rule = ({ workloads }) =>
  workloads
    .filter(({ followed, thing }) => followed && fields(thing.value['spec'])['replicas'] === 0)
    .map(({ thing }) =>
      finding(
        'no-replicas',
        'info',
        thing.origin.place(['spec', 'replicas']),
        `${describe(thing)} has no replicas: what is pushed is written into it, and no pod shows whether it works.`,
        'Nothing, where something else scales it; else set replicas, or policy never until it is used.',
      ),
    );
