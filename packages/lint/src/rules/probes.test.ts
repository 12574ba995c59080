import { expect, it } from 'vitest';
import { found } from '../../test/support/found.ts';
import { force, workload } from '../../test/support/manifests.ts';

const codes = ['missing-readiness-probe', 'missing-liveness-probe', 'missing-startup-probe', 'no-replicas'];
const all = ['imagePullPolicy: Always', 'readinessProbe: {}', 'livenessProbe: {}', 'startupProbe: {}'];

it.each([
  ['no probe', {}, ['warning missing-readiness-probe', 'info missing-liveness-probe']],
  [
    'liveness only',
    { container: ['livenessProbe: {}'] },
    ['warning missing-readiness-probe', 'info missing-startup-probe'],
  ],
  ['readiness only', { container: ['readinessProbe: {}'] }, ['info missing-liveness-probe']],
  ['all three', { container: all }, []],
  [
    'no probe on a StatefulSet',
    { kind: 'StatefulSet' },
    ['warning missing-readiness-probe', 'info missing-liveness-probe'],
  ],
  ['no probe on a workload that is not followed', { annotations: [] }, []],
  ['no probe on a container that is not followed', { annotations: [...force, 'keelson.sh/containers: ^x$'] }, []],
  ['all three and no replicas', { container: all, spec: ['replicas: 0'] }, ['info no-replicas']],
])('lint reports missing probes: %s', async (_, options, expected) => {
  const lines = await found(codes, { 'a.yaml': workload(options) });

  expect(lines.map((one) => one.replace(/ a\.yaml:\d+$/, ''))).toEqual(expected);
});
