import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { clusters, documentsOf, files, textOf } from '../src/manifests/files.ts';
import { asFluxBuilds, kustomizationsOf } from '../src/manifests/flux.ts';
import { kubectlMissing, kustomize } from '../src/manifests/kubectl.ts';
import { kustomizations, wholeFolders } from '../src/manifests/kustomizations.ts';
import { object, subjectOf } from '../src/manifests/object.ts';

const noKubectl = await kubectlMissing();
const flux = await Promise.all(clusters.map(async (cluster) => ({ cluster, all: await kustomizationsOf(cluster) })));

it('the manifests are found', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'apps/myapp/production.yaml',
      'clusters/homelab/apps.yaml',
      'clusters/homelab/flux-system/gotk-sync.yaml',
      'clusters/offsite/apps.yaml',
      'infrastructure/keelson/access.yaml',
      'infrastructure/redis/redis.yaml',
    ]),
  );
  expect(clusters).toEqual(['homelab', 'offsite']);
});

describe('every file', () => {
  it.each(files)('%s is valid YAML without duplicate keys', async (file) => {
    const documents = await documentsOf(file);

    // Flux' own components are not there before `flux bootstrap`.
    expect(documents.length).toBeGreaterThan(file.endsWith('/gotk-components.yaml') ? -1 : 0);
  });

  it.each(files.filter((file) => !file.endsWith('/kustomization.yaml')))(
    '%s has objects, and no secret',
    async (file) => {
      const found = (await documentsOf(file)).map((each) =>
        z.looseObject({ apiVersion: z.string(), kind: z.string() }).parse(each),
      );

      expect(found.map(({ kind }) => kind)).not.toContain('Secret');
    },
  );

  it.each(kustomizations)('$folder lists all of its manifests', ({ folder, resources, patches }) => {
    const there = files.filter((file) => dirname(file) === folder).map((file) => relative(folder, file));

    const named = [...resources, ...patches.flatMap(({ path }) => path ?? [])];
    expect(named.toSorted()).toEqual(there.filter((file) => file !== 'kustomization.yaml'));
  });
});

describe.each(flux)('clusters/$cluster', ({ cluster, all }) => {
  const names = all.map(({ metadata }) => metadata.name);

  it(`clusters/${cluster} names each Kustomization once`, () => {
    expect(names.length).toBeGreaterThan(0);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(all)(
    'Kustomization $metadata.name has an existing folder, and comes after those that it depends on',
    ({ spec }) => {
      const parts = spec.components.map((component) => join(spec.path, component));

      expect(wholeFolders).toContain(join(spec.path));
      expect(kustomizations).toEqual(
        expect.arrayContaining(parts.map((folder) => expect.objectContaining({ folder, kind: 'Component' }))),
      );
      expect(names).toEqual(expect.arrayContaining(spec.dependsOn.map(({ name }) => name)));
    },
  );

  it(`clusters/${cluster} has a Kustomization for each app, named like it, which depends on nothing`, () => {
    const apps = all.filter(({ spec }) => spec.path.startsWith('./apps/'));

    expect(apps.length).toBeGreaterThan(0);
    expect(apps.map(({ metadata }) => `./apps/${metadata.name}`)).toEqual(apps.map(({ spec }) => spec.path));
    expect(apps.flatMap(({ spec }) => spec.dependsOn)).toEqual([]);
  });

  it.for(all.flatMap((each) => each.spec.patches.map((_, index) => ({ name: each.metadata.name, each, index }))))(
    'patch $index of Kustomization $name changes something',
    async ({ each, index }, { skip }) => {
      if (noKubectl) skip(noKubectl);
      const without = { ...each.spec, patches: each.spec.patches.filter((_, other) => other !== index) };

      const [all, fewer] = await Promise.all([asFluxBuilds(each), asFluxBuilds({ spec: without })]);

      expect(all).not.toEqual(fewer);
    },
  );

  it(`clusters/${cluster} has valid optional blocks in comments`, async () => {
    const chosen = await kustomizationsOf(cluster, true);

    expect(chosen.length).toBeGreaterThanOrEqual(all.length);
    if (noKubectl === undefined) await Promise.all(chosen.map(asFluxBuilds));
  });
});

it('clusters/homelab has every app', async () => {
  const paths = (await kustomizationsOf('homelab')).map(({ spec }) => join(spec.path));

  expect(paths).toEqual(expect.arrayContaining(wholeFolders.filter((folder) => folder.startsWith('apps/'))));
});

it('clusters/homelab has optional blocks for pull secrets, the admission policy, KEDA and secrets in git', async () => {
  const chosen = await kustomizationsOf('homelab', true);

  const more = chosen.filter(({ metadata }) => !flux[0]?.all.some((each) => each.metadata.name === metadata.name));
  expect(more.map(({ metadata }) => metadata.name)).toEqual(['keelson-pull-secrets', 'keelson-pin', 'keda']);
  const keelson = chosen.find(({ metadata }) => metadata.name === 'keelson');
  expect(keelson?.spec).toMatchObject({
    dependsOn: [{ name: 'redis' }],
    components: ['../keelson-flux', '../keelson-scaled'],
  });
  expect(chosen.some(({ spec }) => spec.decryption?.secretRef.name === 'sops-age')).toBe(true);
});

it('clusters/offsite runs one replica of each app, under its own host names, and no staging', async ({ skip }) => {
  if (noKubectl) skip(noKubectl);
  const hosts = z.object({ rules: z.array(z.looseObject({ host: z.string() })) });
  const apps = (await kustomizationsOf('offsite')).filter(({ spec }) => spec.path.startsWith('./apps/'));

  const built = (await Promise.all(apps.map(asFluxBuilds))).flat();

  const ofKind = (kind: string) => built.filter((each) => each.kind === kind);
  expect(built.map(subjectOf).filter((subject) => subject.includes('staging'))).toEqual([]);
  expect(ofKind('Deployment').map((each) => [each.metadata.name, each['spec']])).toEqual([
    ['guestbook', expect.objectContaining({ replicas: 1 })],
    ['myapp', expect.objectContaining({ replicas: 1 })],
  ]);
  expect(ofKind('Ingress').flatMap((each) => hosts.parse(each['spec']).rules.map(({ host }) => host))).toEqual([
    'guestbook.offsite.myapp.com',
    'offsite.myapp.com',
  ]);
});

describe('kubectl kustomize', () => {
  it.for(wholeFolders)('kubectl kustomize builds %s', async (folder, { skip }) => {
    if (noKubectl) skip(noKubectl);

    const built = await kustomize(folder);

    const resources = kustomizations.find((each) => each.folder === folder)?.resources ?? [];
    const written = (await Promise.all(resources.map((file) => documentsOf(join(folder, file))))).flat();
    expect(built.map(subjectOf).toSorted()).toEqual(written.map((each) => subjectOf(object.parse(each))).toSorted());
  });
});

describe.each(clusters)('Flux itself in clusters/%s', (cluster) => {
  const folder = `clusters/${cluster}/flux-system`;

  it(`Flux reconciles clusters/${cluster} from the branch that CI builds :latest from`, async () => {
    const [source, sync] = await documentsOf(`${folder}/gotk-sync.yaml`);

    expect(source).toMatchObject({ kind: 'GitRepository', spec: { ref: { branch: 'main' } } });
    expect(sync).toMatchObject({ kind: 'Kustomization', spec: { path: `./clusters/${cluster}`, prune: true } });
    expect(subjectOf(object.parse(sync))).toBe('Kustomization/flux-system/flux-system');
  });

  it(`Flux in clusters/${cluster} is patched after bootstrap has written it`, async ({ skip, onTestFinished }) => {
    if (noKubectl) skip(noKubectl);
    const copy = await mkdtemp(join(tmpdir(), 'keelson-gotk-'));
    onTestFinished(() => rm(copy, { recursive: true }));
    const controller = (name: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: flux-system}
spec: {template: {spec: {containers: [{name: manager, args: [--watch-all-namespaces=true]}]}}}
`;
    await writeFile(
      join(copy, 'gotk-components.yaml'),
      controller('kustomize-controller') + controller('helm-controller'),
    );
    for (const file of ['kustomization.yaml', 'gotk-sync.yaml'])
      await writeFile(join(copy, file), await textOf(`${folder}/${file}`));

    const built = await kustomize(copy);

    const args = z.object({
      spec: z.object({
        template: z.object({ spec: z.object({ containers: z.tuple([z.looseObject({ args: z.array(z.string()) })]) }) }),
      }),
    });
    const settings = built
      .filter(({ kind }) => kind === 'Deployment')
      .map((each) => [each.metadata.name, args.parse(each).spec.template.spec.containers[0].args.slice(1)]);
    expect(Object.fromEntries(settings)).toEqual({
      'kustomize-controller': ['--feature-gates=CancelHealthCheckOnNewRevision=true'],
      'helm-controller': [],
    });
  });
});
