import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@keelson/process';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apps, environmentOf } from '../src/app-folders/app-folders.ts';
import { startAsPod } from '../src/app-folders/as-pod.ts';
import { runOwnTests } from '../src/app-folders/own-tests.ts';
import { root, textOf } from '../src/manifests/files.ts';
import { mayConnect } from '../src/manifests/network.ts';
import type { KubeObject } from '../src/manifests/object.ts';
import { subjectOf } from '../src/manifests/object.ts';
import { templateOf } from '../src/manifests/workloads.ts';

/** Has what the apps depend on, in the same versions. */
const installed = join(root, 'packages/redis/package.json');

const four = {
  'keel.sh/policy': 'force',
  'keel.sh/trigger': 'poll',
  'keel.sh/match-tag': 'true',
  'keel.sh/poll-schedule': '@every 1m',
};

/** Of each environment: what its objects are called, how many pods serve, which tag they run, and what comes before the host. */
const environments = [
  { environment: 'production', suffix: '', replicas: 2, tag: 'latest', before: '' },
  { environment: 'staging', suffix: '-staging', replicas: 1, tag: 'dev-staging', before: 'dev.' },
] as const;

const each = await Promise.all(
  apps.flatMap((app) =>
    environments.map(async (expected) => ({
      app,
      ...expected,
      objects: (await environmentOf(app, expected.environment)).objects,
    })),
  ),
);

function only(objects: readonly KubeObject[], kind: string): KubeObject {
  const [found, ...more] = objects.filter((candidate) => candidate.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`there is not one ${kind} but ${more.length + 1}`);
  return found;
}

function containersOf(object: KubeObject) {
  return templateOf(object)?.spec.containers ?? [];
}

it('the sample apps are found', () => {
  expect(apps).toEqual(expect.arrayContaining(['guestbook', 'myapp']));
});

describe.each(each)('apps/$app in $environment', ({ app, environment, suffix, replicas, tag, before, objects }) => {
  const name = `${app}${suffix}`;
  const deployment = only(objects, 'Deployment');

  it(`apps/${app} in ${environment} has a Deployment with its own tag and four annotations`, () => {
    expect(deployment).toMatchObject({
      metadata: { name, namespace: app },
      spec: { replicas, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
    });
    expect(deployment.metadata.annotations).toEqual(four);
    expect(containersOf(deployment)).toMatchObject([
      {
        name: app,
        image: `registry.gitlab.com/cmunroe/ops/${app}:${tag}`,
        imagePullPolicy: 'Always',
        env: expect.arrayContaining([{ name: 'ENVIRONMENT', value: environment }]),
      },
    ]);
  });

  it(`apps/${app} in ${environment} has all three probes, at the port that it listens on`, () => {
    const at = (path: string) => ({ httpGet: { path, port: 'http' } });
    const readiness = app === 'guestbook' ? '/api/ready' : '/api/health';

    expect(containersOf(deployment)).toMatchObject([
      {
        ports: [{ name: 'http', containerPort: 3000 }],
        startupProbe: at('/api/health'),
        livenessProbe: at('/api/health'),
        readinessProbe: at(readiness),
      },
    ]);
  });

  it(`apps/${app} in ${environment} has a Service and an Ingress that lead to its own pods`, () => {
    const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name);
    const [rule, ...more] = rules.parse(only(objects, 'Ingress')).spec.rules;

    expect(service).toMatchObject({ spec: { selector: { app: name }, ports: [{ name: 'http', targetPort: 'http' }] } });
    expect(templateOf(deployment)?.metadata?.labels).toEqual({ app: name });
    expect(deployment).toMatchObject({ spec: { selector: { matchLabels: { app: name } } } });
    expect(only(objects, 'Ingress')).toMatchObject({ spec: { ingressClassName: 'traefik' } });
    expect(more).toEqual([]);
    expect(rule?.host.startsWith('dev.')).toBe(before === 'dev.');
    expect(rule?.http.paths).toMatchObject([{ path: '/', backend: { service: { name, port: { name: 'http' } } } }]);
  });

  it.each(
    objects.flatMap((object) => {
      const template = templateOf(object);
      return template ? [{ subject: subjectOf(object), template }] : [];
    }),
  )('$subject can write nowhere but in volumes, and is no root', ({ template }) => {
    expect(template.spec).toMatchObject({ securityContext: { runAsNonRoot: true } });
    for (const container of template.spec.containers) {
      expect(container).toMatchObject({
        securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
      });
    }
  });
});

const rules = z.object({
  spec: z.object({
    rules: z.array(z.object({ host: z.string(), http: z.object({ paths: z.array(z.unknown()) }) })),
  }),
});

describe.each(apps)('apps/%s', (app) => {
  it(`apps/${app} differs between production and staging only in name, replicas, tag, host, ENVIRONMENT and disruption budget`, async () => {
    const [production, staging] = await Promise.all([environmentOf(app, 'production'), environmentOf(app, 'staging')]);

    const asProduction = staging.texts.map((text) =>
      text
        .replaceAll(`${app}-staging`, app)
        .replace(/^(kind: Deployment\n(?:.*\n)*? {2}replicas: )1$/m, '$12')
        .replaceAll(':dev-staging', ':latest')
        .replace('value: staging', 'value: production')
        .replace('host: dev.', 'host: ')
        .replace('staging-redis.yaml', 'production-redis.yaml'),
    );
    const withoutBudget = production.texts.map((text) =>
      text
        .split(/^---\n/m)
        .filter((document) => !document.includes('kind: PodDisruptionBudget'))
        .join('---\n'),
    );
    expect(asProduction).toEqual(withoutBudget);
    expect(only(production.objects, 'PodDisruptionBudget')).toMatchObject({
      spec: { maxUnavailable: 1, selector: { matchLabels: { app } } },
    });
    expect(staging.objects.map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
  });

  it(`apps/${app} has a namespace that enforces Pod Security "restricted"`, async () => {
    const text = await textOf(`apps/${app}/namespace.yaml`);

    expect(text).toMatch(new RegExp(`^  name: ${app}$`, 'm'));
    expect(text).toContain('pod-security.kubernetes.io/enforce: restricted');
  });

  it(`apps/${app} runs in its pods as the user of its image`, async () => {
    const dockerfile = await textOf(`apps/${app}/app/Dockerfile`);

    const user = Number(/^USER (\d+)$/m.exec(dockerfile)?.[1]);
    for (const { objects } of await Promise.all([environmentOf(app, 'production'), environmentOf(app, 'staging')])) {
      expect(templateOf(only(objects, 'Deployment'))?.spec).toMatchObject({ securityContext: { runAsUser: user } });
    }
  });

  it(`apps/${app} has a lock file that names no package registry`, async () => {
    const lock = lockFile.parse(JSON.parse(await textOf(`apps/${app}/app/package-lock.json`)));

    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
    expect(lock.name).toBe(app);
  });

  it(`apps/${app} keeps serving after SIGTERM, reports unhealthy, and ends within its grace period`, async () => {
    const { objects } = await environmentOf(app, 'production');
    const grace = z.number().parse(templateOf(only(objects, 'Deployment'))?.spec['terminationGracePeriodSeconds']);
    await using pod = await startAsPod(join(root, 'apps', app, 'app'), installed);
    expect((await fetch(`${pod.url}/api/health`)).status).toBe(200);

    const ended = pod.terminate();
    await expect.poll(async () => (await fetch(`${pod.url}/api/health`)).status, { timeout: 4_000 }).toBe(503);

    expect((await fetch(`${pod.url}/api/version`)).status).toBe(200);
    const { code, ms } = await ended;
    expect(code).toBe(0);
    expect(ms).toBeGreaterThan(4_900);
    expect(ms).toBeLessThan(grace * 1_000);
  });

  it(`apps/${app} passes its own tests`, async () => {
    const output = await runOwnTests(join(root, 'apps', app, 'app'), installed);

    expect(output).toMatch(/^\S* ?pass [1-9]/m);
    expect(output).toMatch(/^\S* ?fail 0$/m);
  });
});

const lockFile = z.object({
  name: z.string(),
  packages: z.record(z.string(), z.looseObject({ resolved: z.string().optional() })),
});

describe.each(each.filter(({ app }) => app === 'guestbook'))(
  "the guestbook's own data in $environment",
  ({ environment, suffix, tag, objects }) => {
    const redis = `guestbook${suffix}-redis`;
    const pod = (app: string, namespace = 'guestbook') => ({
      pod: { namespace, labels: { app }, ports: { redis: 6379 } },
    });
    const reaches = (from: ReturnType<typeof pod>) => mayConnect(objects, from, pod(redis), { port: 6379 });

    it(`the guestbook in ${environment} has a CronJob of the same image, which Keelson follows too`, () => {
      const cronJob = only(objects, 'CronJob');

      expect(cronJob.metadata).toMatchObject({ name: `guestbook${suffix}-tidy`, annotations: four });
      expect(containersOf(cronJob)).toMatchObject([
        { image: `registry.gitlab.com/cmunroe/ops/guestbook:${tag}`, imagePullPolicy: 'Always' },
      ]);
    });

    it(`the guestbook in ${environment} keeps its data on a volume, behind a password that is not in git`, () => {
      const set = only(objects, 'StatefulSet');

      expect(set).toMatchObject({ metadata: { name: redis }, spec: { serviceName: redis } });
      expect(set).toMatchObject({ spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } });
      for (const [container] of [set, only(objects, 'Deployment'), only(objects, 'CronJob')].map(containersOf)) {
        const secrets = container?.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
        expect(secrets).toEqual([{ name: redis, key: 'password', optional: false }]);
      }
    });

    it(`the guestbook in ${environment} has a Redis that writes to a file, evicts nothing, and requires the password`, async () => {
      const [container] = containersOf(only(objects, 'StatefulSet'));
      const [script] = z.tuple([z.string()]).parse(container?.['args']);
      const folder = await mkdtemp(join(tmpdir(), 'keelson-guestbook-'));
      const port = await freePort();
      const asHere = script.replace('/data', folder).replace('redis-server - ', `redis-server - --port ${port} `);
      const server = spawn('sh', ['-c', `export REDISCLI_AUTH=secret; ${asHere}`], { stdio: 'ignore' });
      const exited = once(server, 'exit');
      const cli = (password: string, command: string) =>
        promisify(execFile)('sh', ['-c', `REDISCLI_AUTH=${password} redis-cli -e -p ${port} ${command}`]);
      try {
        await expect.poll(() => cli('secret', 'ping')).toBeTruthy();

        await expect(cli('', 'ping')).rejects.toThrow(/NOAUTH/);
        const { stdout } = await cli('secret', 'config get appendonly maxmemory-policy maxmemory');
        expect(stdout).toMatch(/appendonly\nyes/);
        expect(stdout).toMatch(/maxmemory-policy\nnoeviction/);
        expect(stdout).toMatch(/maxmemory\n100663296/);
        expect(await readdir(folder)).toContain('appendonlydir');
      } finally {
        server.kill('SIGKILL');
        await exited;
        await rm(folder, { recursive: true });
      }
    });

    it(`the guestbook in ${environment} has a Redis that only its own pods of this environment reach`, () => {
      const other = suffix === '' ? '-staging' : '';

      expect([`guestbook${suffix}`, `guestbook${suffix}-tidy`].map((app) => reaches(pod(app)))).toEqual([true, true]);
      expect([`guestbook${other}`, `guestbook${other}-tidy`, redis].map((app) => reaches(pod(app)))).toEqual([
        false,
        false,
        false,
      ]);
      expect(reaches(pod(`guestbook${suffix}`, 'myapp'))).toBe(false);
      expect(mayConnect(objects, pod(redis), pod(`guestbook${suffix}`), { port: 3000 })).toBe(false);
    });
  },
);
