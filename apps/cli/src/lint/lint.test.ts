import { fileURLToPath } from 'node:url';
import { connect } from '@keelson/kube';
import { LintError, reportSchema } from '@keelson/lint';
import { startSimulatedCluster } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../output.ts';
import { keelson, keelsonProcess } from '../testing/keelson.ts';
import type { LintOptions } from './lint.ts';
import { lint } from './lint.ts';

const article = fileURLToPath(new URL('../../../../packages/lint/test/fixtures/article', import.meta.url));
const defaults: LintOptions = {
  path: article,
  cluster: false,
  json: false,
  readers: [],
  failOn: 'error',
  level: 'info',
  ignore: [],
};

async function run(options: Partial<LintOptions> = {}, { colors = false, kubeconfig = '' } = {}) {
  let output = '';
  const write = (printed: string) => {
    output += printed;
  };
  const code = await lint({ ...defaults, ...options }, createOutput(write, colors), () =>
    connect({ kubeconfigText: kubeconfig }),
  );
  return { code, output };
}

describe('keelson lint', () => {
  it('prints findings by file, worst first on a line, each with its remedy', async () => {
    const { code, output } = await run({ level: 'warning', ignore: ['apps/myapp/production.yaml'] });

    expect(code).toBe(1);
    expect(output).toBe(`apps/myapp/staging.yaml
    17:17  warning  Container myapp of Deployment myapp/myapp-staging has no readinessProbe: a new pod is ready as soon as it starts, before it serves, and the old pods are removed. missing-readiness-probe
                    → Add a readinessProbe on the app itself, for example httpGet of /api/health.
    18:18  error    Container myapp of Deployment myapp/myapp-staging has no imagePullPolicy, and the default is IfNotPresent for every tag but "latest": a node that has an older "dev-staging" starts that one, so a restart keeps the old image. reuses-old-image
                    → Set imagePullPolicy: Always for this container.

1 error, 1 warning, 3 infos in 1 file, 1 object, 1 workload, 1 of them followed. 3 not shown.
`);
  });

  it('prints colours on a terminal only', async () => {
    expect((await run({}, { colors: false })).output).not.toContain('\u001B[');
    expect((await run({}, { colors: true })).output).toContain('\u001B[31merror');
  });

  it('prints one JSON document that matches the schema, whatever the level', async () => {
    const { output } = await run({ json: true, level: 'error' });
    const report = reportSchema.parse(JSON.parse(output));

    expect(report).toMatchObject({ version: 1, origin: 'repository', counts: { error: 1, warning: 2, info: 5 } });
    expect(report.findings).toHaveLength(8);
  });

  it.each([
    ['error', [], 1],
    ['error', ['apps/myapp/staging.yaml'], 0],
    ['warning', ['apps/myapp/staging.yaml'], 1],
    ['info', ['apps/myapp/staging.yaml'], 1],
  ] as const)('keelson lint --fail-on %s, ignoring %o, returns %i', async (failOn, ignore, code) => {
    expect((await run({ failOn, ignore })).code).toBe(code);
  });

  it('reports that nothing was found, and refuses a folder without manifests', async () => {
    const cluster = await startSimulatedCluster();
    const { code, output } = await run({ cluster: true, failOn: 'info' }, { kubeconfig: cluster.kubeconfig });
    await cluster.stop();

    expect({ code, output }).toEqual({
      code: 0,
      output: 'Nothing found in 0 objects, 0 workloads, 0 of them followed.\n',
    });
    await expect(run({ path: fileURLToPath(new URL('.', import.meta.url)) })).rejects.toThrow(LintError);
  });
});

/** In CI, which picocolors takes for a terminal, there are no colours either. */
const env = { KUBECONFIG: '/nowhere/kubeconfig', CI: 'true' };

it.each([
  [['lint', article], 1, /^\.gitlab-ci\.yml\n/, /^$/, keelsonProcess],
  [['lint', article, '--ignore', 'apps/myapp/staging.yaml'], 0, /0 errors, 1 warning/, /^$/, keelson],
  [['lint', '/nowhere'], 2, /^$/, /^\/nowhere is not a folder: name the root of a repository\.\n$/, keelsonProcess],
  [['lint', article, '--fail-on', 'much'], 2, /^$/, /Allowed choices are error, warning, info/, keelson],
  [['lint', '--help'], 0, /Usage: keelson lint/, /^$/, keelson],
  [['lint', '--cluster'], 2, /^$/, /\/nowhere\/kubeconfig|kubeconfig cannot be read/, keelson],
] as const)('`keelson %s` ends with %i', async (args, code, output, errors, start) => {
  const ended = await start(env, ...args);

  expect(ended.errors).toMatch(errors);
  expect(ended.output).toMatch(output);
  expect(ended.code).toBe(code);
});
