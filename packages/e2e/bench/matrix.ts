import { parseArgs } from 'node:util';
import { cellsOf, shares, titleOf, whole } from '../src/reapply/cells.ts';
import { runMatrix } from '../src/reapply/run-matrix.ts';
import type { ClusterName } from '../src/test-env.ts';
import { startTestEnv } from '../src/test-env.ts';
import { openTestNamespace } from '../src/test-namespace.ts';

/** `node bench/matrix.ts [--cluster=real] [--policy] [--only='Deployment, bad'] [--at-once=40] [--limit=60]`: runs the matrix of re-applies, or a part of it. */
const { values } = parseArgs({
  options: {
    cluster: { type: 'string', default: 'simulated' },
    policy: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    'at-once': { type: 'string', default: '40' },
    limit: { type: 'string', default: '60' },
  },
});
const clusters: readonly ClusterName[] = ['simulated', 'real', 'plain'];
const name = clusters.find((each) => each === values.cluster);
if (!name) throw new Error(`--cluster is one of ${clusters.join(', ')}.`);

const env = await startTestEnv(name);
const leave = await env.policy.enter(values.policy ? 'installed' : 'absent');
const ns = await openTestNamespace(env);
const cells = cellsOf(name === 'simulated' ? whole : shares[name]).filter((cell) =>
  titleOf(cell).includes(values.only),
);
const from = performance.now();
const cpu = process.cpuUsage();
try {
  const reports = await runMatrix(ns, cells, {
    atOnce: Number(values['at-once']),
    limitMs: 1_000 * Number(values.limit),
  });
  const { user, system } = process.cpuUsage(cpu);
  const heading = `${cells.length} stories, ${reports.length} ended otherwise than they have to, in ${Math.round((performance.now() - from) / 1_000)} s, ${Math.round((user + system) / 1e6)} s of CPU`;
  process.stdout.write(`${[...reports, heading].join('\n\n')}\n`);
} finally {
  await ns.close();
  leave();
  await env.stop();
}
