import { expect, it } from 'vitest';
import { check, found, line } from '../../test/support/found.ts';
import { workload } from '../../test/support/manifests.ts';

const chart = (image: string) => workload({ image });

it.each([
  ['a tab in the wrong place', `${workload()}\n\tx: 1\n`, /^This is no YAML: Tabs are not allowed/],
  ['a quote that does not close', `apiVersion: v1\nkind: "ConfigMap\n`, /^This is no YAML: Missing closing "quote/],
  ['the same key twice', 'apiVersion: v1\nkind: A\nkind: B\n', /^This is no YAML: Map keys must be unique/],
])('makes a finding of %s, and looks no further', async (_, text, message) => {
  const findings = await check({ 'a.yaml': text, 'good.yaml': workload({ annotations: ['keel.sh/polcy: x'] }) });

  expect(findings.map(({ code }) => code)).toEqual(['unreadable-file', 'unknown-annotation']);
  expect(findings[0]).toMatchObject({
    severity: 'error',
    place: { file: 'a.yaml', line: expect.any(Number), column: expect.any(Number) },
    message: expect.stringMatching(message),
  });
});

it.each([
  ['a value of a template', chart('{{ .Values.image }}')],
  ['a template that is no YAML', `{{- if .Values.on }}\n${workload()}{{- end }}\n`],
])('leaves out %s', async (_, text) => {
  expect((await check({ 'a.yaml': text })).map(line)).toEqual(['info template-skipped a.yaml']);
});

it('takes braces in a text for a text', async () => {
  const manifest = workload({ annotations: ['keel.sh/polcy: force', "note: 'uses {{ .Values }}'"] });

  expect(await found(['template-skipped', 'unknown-annotation'], { 'a.yaml': manifest })).toEqual([
    'error unknown-annotation a.yaml:7',
  ]);
});

it('looks at the items of a List, and points at them', async () => {
  const item = workload({ annotations: ['keel.sh/polcy: force'] })
    .split('\n')
    .map((one) => `    ${one}`)
    .join('\n');
  const text = `apiVersion: v1\nkind: List\nitems:\n  -\n${item}\n`;

  expect((await check({ 'a.yaml': text })).map(line)).toEqual(['error unknown-annotation a.yaml:11']);
});

it('looks at nothing that is no manifest, and at no samples or dependencies', async () => {
  const wrong = workload({ annotations: ['keel.sh/polcy: force'] });
  const tree = {
    'lock.yaml': 'a: "b\n',
    'node_modules/x/a.yaml': wrong,
    'test/fixtures/a.yaml': wrong,
    '.hidden/a.yaml': wrong,
    'a.txt': wrong,
  };

  expect(await check(tree)).toEqual([]);
});

it('takes what kustomize takes for a patch for no object of its own', async () => {
  const moving = workload({ image: 'registry.example.com/team/shop:dev', container: [] });
  const tree = { 'shop.yaml': workload(), 'patch.yaml': moving, 'legacy.yaml': moving };
  const lists = 'patches: [{path: patch.yaml}]\npatchesStrategicMerge: [legacy.yaml]\n';

  expect(
    await found(['reuses-old-image'], { ...tree, 'kustomization.yaml': `resources: [shop.yaml]\n${lists}` }),
  ).toEqual([]);
  expect(await found(['reuses-old-image'], tree)).toHaveLength(2);
});

it('follows what a kustomization annotates as a whole', async () => {
  const tree = {
    'shop.yaml': workload({ annotations: [] }),
    'service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: shop}\n',
    'kustomization.yaml':
      'resources: [shop.yaml, service.yaml]\ncommonAnnotations: {keel.sh/policy: force, keel.sh/polcy: x}\n',
  };

  expect((await check(tree, { readers: ['keelson'] })).map(line)).toEqual([
    'error unknown-annotation shop.yaml:4',
    'warning missing-readiness-probe shop.yaml:16',
    'info missing-liveness-probe shop.yaml:16',
  ]);
});
