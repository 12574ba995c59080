import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RealCluster } from '@keelson/testkit';
import { realClusterMissing, startRealCluster } from '@keelson/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files = globSync(['.gitlab-ci.yml', 'apps/*/*.{yaml,yml}', '{clusters,infrastructure}/**/*.{yaml,yml}'], {
  cwd: root,
}).toSorted();
const kustomizations = files.filter((file) => file.endsWith('/kustomization.yaml')).map((file) => dirname(file));
const clusters = globSync('clusters/*', { cwd: root });

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

async function documents(file: string): Promise<unknown[]> {
  const parsed = parseAllDocuments(await readFile(join(root, file), 'utf8'), { strict: true, uniqueKeys: true });
  return parsed.map((document) => {
    expect(document.errors).toEqual([]);
    expect(document.warnings).toEqual([]);
    return document.toJS();
  });
}

async function documentIn<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const matching = (await documents(file)).flatMap((one) => {
    const read = schema.safeParse(one);
    return read.success ? [read.data] : [];
  });
  const [only, ...more] = matching;
  if (only === undefined || more.length > 0) throw new Error(`${file} holds ${matching.length} such documents`);
  return only;
}

/** kubectl of KUBEBUILDER_ASSETS, else the one on PATH. */
async function kubectl(...args: string[]): Promise<string> {
  const script = 'PATH="$KUBEBUILDER_ASSETS:$PATH" exec kubectl "$@"';
  const { stdout } = await promisify(execFile)('sh', ['-c', script, 'kubectl', ...args], { cwd: root });
  return stdout;
}

const noKubectl = await kubectl('version', '--client').then(
  () => undefined,
  () => 'kubectl is neither in KUBEBUILDER_ASSETS nor on PATH.',
);

it('finds the manifests', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      '.gitlab-ci.yml',
      'apps/myapp/production.yaml',
      'clusters/homelab/apps.yaml',
      'infrastructure/keelson/access.yaml',
      'infrastructure/redis/redis.yaml',
    ]),
  );
});

describe('every file', () => {
  it.each(files)('%s is YAML without doubled keys', async (file) => {
    expect(await documents(file)).not.toContain(null);
  });

  it.each(files.filter((file) => !/build\.yml$|gitlab-ci\.yml$|kustomization\.yaml$/.test(file)))(
    '%s holds objects, and no secret',
    async (file) => {
      const kinds = (await documents(file)).map((one) => object.parse(one).kind);

      expect(kinds).not.toContain('Secret');
    },
  );

  it.each(kustomizations)('%s lists all of its manifests', async (folder) => {
    const { resources } = await documentIn(
      `${folder}/kustomization.yaml`,
      z.looseObject({ kind: z.literal('Kustomization'), resources: z.array(z.string()) }),
    );

    const there = files.filter((file) => dirname(file) === folder && file.endsWith('.yaml'));
    expect(resources.toSorted()).toEqual(
      there.map((file) => relative(folder, file)).filter((file) => file !== 'kustomization.yaml'),
    );
  });
});

describe('apps/myapp', () => {
  const deployment = z.looseObject({
    kind: z.literal('Deployment'),
    metadata: z.looseObject({ name: z.string(), annotations: z.record(z.string(), z.string()) }),
    spec: z.looseObject({
      replicas: z.number(),
      template: z.looseObject({ spec: z.looseObject({ containers: z.array(z.looseObject({ image: z.string() })) }) }),
    }),
  });

  it.each([
    ['production.yaml', 'myapp', 2, 'latest'],
    ['staging.yaml', 'myapp-staging', 1, 'dev-staging'],
  ])('%s is %s: %i of :%s, with four annotations', async (file, name, replicas, tag) => {
    const { metadata, spec } = await documentIn(`apps/myapp/${file}`, deployment);

    expect(metadata).toEqual({
      name,
      namespace: 'myapp',
      annotations: {
        'keel.sh/policy': 'force',
        'keel.sh/trigger': 'poll',
        'keel.sh/match-tag': 'true',
        'keel.sh/poll-schedule': '@every 1m',
      },
    });
    expect(spec.replicas).toBe(replicas);
    expect(spec.template.spec.containers.map(({ image }) => image)).toEqual([
      `registry.gitlab.com/cmunroe/ops/myapp:${tag}`,
    ]);
  });

  it('differs between production and staging by name, replicas and tag only', async () => {
    const [production, staging] = await Promise.all(
      ['production', 'staging'].map((name) => readFile(join(root, `apps/myapp/${name}.yaml`), 'utf8')),
    );

    const asProduction = staging
      ?.replaceAll('myapp-staging', 'myapp')
      .replace('replicas: 1', 'replicas: 2')
      .replace(':dev-staging', ':latest');
    expect(asProduction).toBe(production);
  });

  it('is built for main as :latest and for every other branch under its own name', async () => {
    const job = z.looseObject({
      stage: z.enum(['test', 'build']),
      script: z.array(z.string()),
      rules: z.array(z.looseObject({ if: z.string().optional(), changes: z.tuple([z.literal('apps/myapp/**/*')]) })),
    });

    const jobs = await documentIn('apps/myapp/build.yml', z.record(z.string(), job));

    const told = Object.entries(jobs).map(([name, { stage, script, rules }]) => [
      name,
      stage,
      script.at(-1),
      rules.map((rule) => rule.if),
    ]);
    expect(told).toEqual([
      ['myapp:test', 'test', 'npm test', [undefined]],
      [
        'myapp:docker-main',
        'build',
        `docker push "\${CI_REGISTRY_IMAGE}/myapp:latest"`,
        ["$CI_COMMIT_BRANCH == 'main'"],
      ],
      [
        'myapp:docker-dev',
        'build',
        `docker push "\${CI_REGISTRY_IMAGE}/myapp:dev-\${CI_COMMIT_REF_SLUG}"`,
        ["$CI_COMMIT_BRANCH != 'main'"],
      ],
    ]);
  });

  it('passes its own tests', async () => {
    const run = promisify(execFile)('npm', ['test'], { cwd: join(root, 'apps/myapp/app') });

    await expect(run).resolves.toMatchObject({ stdout: expect.stringMatching(/^\S* ?fail 0$/m) });
  });
});

describe('what Keelson may do in a cluster', () => {
  it('is this and no more', async () => {
    const rule = z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
    });
    const schema = z.looseObject({ kind: z.literal('ClusterRole'), rules: z.array(rule) });

    const { rules } = await documentIn('infrastructure/keelson/access.yaml', schema);

    const rights = rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.map((resource) => [`${group}/${resource}`, verbs.join(' ')])),
    );
    expect(Object.fromEntries(rights)).toEqual({
      'apps/deployments': 'get list watch patch',
      'apps/statefulsets': 'get list watch patch',
      'apps/daemonsets': 'get list watch patch',
      'batch/cronjobs': 'get list watch patch',
      'apps/replicasets': 'get list watch',
      'batch/jobs': 'get list watch',
      '/pods': 'get list watch delete',
      '/pods/log': 'get',
      '/secrets': 'get',
      '/serviceaccounts': 'get',
      'kustomize.toolkit.fluxcd.io/kustomizations': 'get patch',
      'admissionregistration.k8s.io/mutatingadmissionpolicies': 'get',
      'admissionregistration.k8s.io/mutatingadmissionpolicybindings': 'get',
    });
    expect(rights).toHaveLength(13);
  });
});

describe('clusters', () => {
  const flux = z.looseObject({
    apiVersion: z.literal('kustomize.toolkit.fluxcd.io/v1'),
    kind: z.literal('Kustomization'),
    metadata: z.object({ name: z.string(), namespace: z.literal('flux-system') }),
    spec: z.strictObject({
      dependsOn: z.array(z.object({ name: z.string() })).optional(),
      sourceRef: z.object({ kind: z.literal('GitRepository'), name: z.literal('flux-system') }),
      path: z.string().startsWith('./'),
      interval: z.string(),
      retryInterval: z.string(),
      timeout: z.string(),
      prune: z.literal(true),
      wait: z.literal(true),
    }),
  });

  it.each(clusters)('%s reconciles folders that are there, after what they depend on', async (folder) => {
    const inFolder = files.filter((file) => file.startsWith(`${folder}/`));
    const found = (await Promise.all(inFolder.map(documents))).flat().map((one) => flux.parse(one));

    const names = found.map(({ metadata }) => metadata.name);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
    for (const { spec } of found) {
      expect(kustomizations).toContain(spec.path.replace('./', ''));
      expect(names).toEqual(expect.arrayContaining((spec.dependsOn ?? []).map(({ name }) => name)));
    }
  });
});

describe('kubectl kustomize', () => {
  it.for(kustomizations)('builds %s', async (folder, { skip }) => {
    if (noKubectl) skip(noKubectl);

    const built = parseAllDocuments(await kubectl('kustomize', folder)).map((one) => object.parse(one.toJS()).kind);

    const written = files.filter((file) => dirname(file) === folder && !file.endsWith('kustomization.yaml'));
    const kinds = (await Promise.all(written.filter((file) => file.endsWith('.yaml')).map(documents)))
      .flat()
      .map((one) => object.parse(one).kind);
    expect(built.toSorted()).toEqual(kinds.toSorted());
  });
});

describe('a real API server', () => {
  let cluster: RealCluster | undefined;
  let folder: string;
  const missing = noKubectl ?? realClusterMissing();

  beforeAll(async () => {
    if (missing) return;
    folder = await mkdtemp(join(tmpdir(), 'keelson-manifests-'));
    cluster = await startRealCluster();
    await writeFile(join(folder, 'kubeconfig'), cluster?.kubeconfig ?? '', { mode: 0o600 });
    for (const namespace of ['keelson', 'myapp']) await withCluster('create', 'namespace', namespace);
  });

  afterAll(async () => {
    await cluster?.stop();
    if (folder && existsSync(folder)) await rm(folder, { recursive: true });
  });

  function withCluster(...args: string[]): Promise<string> {
    return kubectl('--kubeconfig', join(folder, 'kubeconfig'), ...args);
  }

  it.for(kustomizations)('takes %s, and knows every field of it', async (path, { skip }) => {
    if (missing) skip(missing);

    const applied = await withCluster('apply', '--dry-run=server', '--validate=strict', '-k', path);

    expect(applied.trim().split('\n')).toEqual(
      expect.arrayContaining([expect.stringMatching(/(?:created|configured|unchanged) \(server dry run\)$/)]),
    );
  });
});
