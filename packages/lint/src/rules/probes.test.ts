import { expect, it } from 'vitest';
import { found } from '../../test/support/found.ts';
import { FORCE, workload } from '../../test/support/manifests.ts';

const codes = ['missing-readiness-probe', 'missing-liveness-probe', 'missing-startup-probe', 'no-replicas'];
const all = ['imagePullPolicy: Always', 'readinessProbe: {}', 'livenessProbe: {}', 'startupProbe: {}'];

it.each([
  ['none at all', {}, ['warning missing-readiness-probe', 'info missing-liveness-probe']],
  [
    'liveness only',
    { container: ['livenessProbe: {}'] },
    ['warning missing-readiness-probe', 'info missing-startup-probe'],
  ],
  ['readiness only', { container: ['readinessProbe: {}'] }, ['info missing-liveness-probe']],
  ['all three', { container: all }, []],
  [
    'none, on a StatefulSet',
    { kind: 'StatefulSet' },
    ['warning missing-readiness-probe', 'info missing-liveness-probe'],
  ],
  ['none, and not followed', { annotations: [] }, []],
  ['none, on the container that is not followed', { annotations: [...FORCE, 'keelson.sh/containers: ^x$'] }, []],
  ['all three and no replicas', { container: all, spec: ['replicas: 0'] }, ['info no-replicas']],
])('says what is missing of probes: %s', async (_, options, expected) => {
  const lines = await found(codes, { 'a.yaml': workload(options) });

  expect(lines.map((one) => one.replace(/ a\.yaml:\d+$/, ''))).toEqual(expected);
});
