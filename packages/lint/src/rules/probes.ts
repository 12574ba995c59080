import { finding } from '../finding.ts';
import { describe } from '../model/manifest-object.ts';
import type { Rule } from './rule.ts';

const probed = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Missing probes. Without a readiness probe a pod is ready once its process runs, so that a broken rollout looks like a good one. */
export const probes: Rule = ({ workloads }) =>
  workloads
    .filter(({ followed, object }) => followed && probed.has(object.kind))
    .flatMap(({ object, containers }) =>
      containers
        .filter((container) => container.followed && !container.init)
        .flatMap(({ name, path, value }) => {
          const location = object.origin.location([...path, 'name']);
          const who = `Container ${name} of ${describe(object)}`;
          return [
            ...(value['readinessProbe'] === undefined
              ? [
                  finding(
                    'missing-readiness-probe',
                    'warning',
                    location,
                    `${who} has no readinessProbe: a new pod is ready as soon as it starts, before it serves, and the old pods are removed.`,
                    'Add a readinessProbe on the app itself, for example httpGet of /api/health.',
                  ),
                ]
              : []),
            ...(value['livenessProbe'] === undefined
              ? [
                  finding(
                    'missing-liveness-probe',
                    'info',
                    location,
                    `${who} has no livenessProbe: a process that hangs is not restarted.`,
                    'Add a livenessProbe that depends on nothing but the process.',
                  ),
                ]
              : []),
            ...(value['livenessProbe'] !== undefined && value['startupProbe'] === undefined
              ? [
                  finding(
                    'missing-startup-probe',
                    'info',
                    location,
                    `${who} has a livenessProbe and no startupProbe: a slow start is taken for a hang.`,
                    'Add a startupProbe that allows for the slowest start.',
                  ),
                ]
              : []),
          ];
        }),
    );
