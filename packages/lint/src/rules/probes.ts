import { finding } from '../finding.ts';
import { describe } from '../model/thing.ts';
import type { Rule } from './rule.ts';

const probed = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Without a readiness probe a pod counts as ready once its process runs: a rollout of something broken looks like a good one. */
export const probes: Rule = ({ workloads }) =>
  workloads
    .filter(({ followed, thing }) => followed && probed.has(thing.kind))
    .flatMap(({ thing, containers }) =>
      containers
        .filter((container) => container.followed && !container.init)
        .flatMap(({ name, path, value }) => {
          const place = thing.origin.place([...path, 'name']);
          const who = `Container ${name} of ${describe(thing)}`;
          return [
            ...(value['readinessProbe'] === undefined
              ? [
                  finding(
                    'missing-readiness-probe',
                    'warning',
                    place,
                    `${who} has no readinessProbe: a new pod counts as ready as soon as it starts, not once it serves, and the old ones go.`,
                    'Add a readinessProbe that asks the app itself, for example httpGet of /api/health.',
                  ),
                ]
              : []),
            ...(value['livenessProbe'] === undefined
              ? [
                  finding(
                    'missing-liveness-probe',
                    'info',
                    place,
                    `${who} has no livenessProbe: a process that hangs is not started again.`,
                    'Add a livenessProbe that depends on nothing but the process.',
                  ),
                ]
              : []),
            ...(value['livenessProbe'] !== undefined && value['startupProbe'] === undefined
              ? [
                  finding(
                    'missing-startup-probe',
                    'info',
                    place,
                    `${who} has a livenessProbe and no startupProbe: a slow start counts as a hang.`,
                    'Add a startupProbe with room for the slowest start.',
                  ),
                ]
              : []),
          ];
        }),
    );
