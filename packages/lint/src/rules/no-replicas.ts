import { fields } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import { describe } from '../model/manifest-object.ts';
import type { Rule } from './rule.ts';

/** Followed workloads without a pod, on which a rollout cannot be verified. */
export const noReplicas: Rule = ({ workloads }) =>
  workloads
    .filter(({ followed, object }) => followed && fields(object.value['spec'])['replicas'] === 0)
    .map(({ object }) =>
      finding(
        'no-replicas',
        'info',
        object.origin.location(['spec', 'replicas']),
        `${describe(object)} has no replicas: a push is rolled out to it, and no pod shows whether it works.`,
        'Nothing, if something else scales it; otherwise set replicas, or policy never until it is used.',
      ),
    );
