import { expect, it } from 'vitest';
import { found, line, lint } from '../../test/support/found.ts';
import { workload } from '../../test/support/manifests.ts';

const chart = (image: string) => workload({ image });

const names = 'abcdefghi'.split('');
const bomb = names
  .map(
    (name, at) =>
      `${name}: &${name} [${Array.from({ length: 9 }, () => (at === 0 ? 'x' : `*${names[at - 1]}`)).join()}]`,
  )
  .join('\n');

it.each([
  ['a tab in the wrong place', `${workload()}\n\tx: 1\n`, /^This is not valid YAML: Tabs are not allowed/],
  [
    'a quote that does not close',
    `apiVersion: v1\nkind: "ConfigMap\n`,
    /^This is not valid YAML: Missing closing "quote/,
  ],
  [
    'aliases of aliases of aliases (law 17)',
    `apiVersion: v1\nkind: A\n${bomb}`,
    /^This is not valid YAML: its aliases stand for too much/,
  ],
  [
    'keys of keys of keys (law 17)',
    `${': '.repeat(5_000)}a\n b: c\napiVersion: v1\nkind: A\n`,
    /^This is not valid YAML: its values are nested too deeply/,
  ],
  ['a merge of a text', 'apiVersion: v1\nkind: A\n<<: text\n', /what << merges is not a map/],
  ['an alias without an anchor', 'apiVersion: v1\nkind: A\nb: *c\n', /an alias names no anchor before it/],
  [
    'an alias in a circle',
    'apiVersion: v1\nkind: A\nb: &b\n  c: *b\n',
    /an alias stands for something that it is a part of/,
  ],
  ['the same key twice', 'apiVersion: v1\nkind: A\nkind: B\n', /^This is not valid YAML: Map keys must be unique/],
])('lint reports %s, and skips the rest of the file', async (_, text, message) => {
  const findings = await lint({ 'a.yaml': text, 'good.yaml': workload({ annotations: ['keel.sh/polcy: x'] }) });

  expect(findings.map(({ code }) => code)).toEqual(['unreadable-file', 'unknown-annotation']);
  expect(findings[0]).toMatchObject({
    severity: 'error',
    location: { file: 'a.yaml', line: expect.any(Number), column: expect.any(Number) },
    message: expect.stringMatching(message),
  });
});

it('lint reads 50,000 keys of a map in a time that grows with their number (law 17)', async () => {
  const keys = Array.from({ length: 50_000 }, (_, n) => `  k${n}: x\n`).join('');
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n${keys}`;

  // Compared in pairs they would take most of a minute here; the test's own limit of time decides.
  expect(await lint({ 'a.yaml': map })).toEqual([]);
});

it.each(['password: |hunter2', 'password: !<hunter2', '"hunter2" x: y: z'])(
  'lint says of %j what is wrong, and not what stands there (law 12)',
  async (text) => {
    const findings = await lint({ 'a.yaml': `apiVersion: v1\nkind: Secret\n${text}\n` });

    expect(findings.map(({ code }) => code)).toContain('unreadable-file');
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  },
);

it.each([
  ['a value of a template', chart('{{ .Values.image }}')],
  ['a template that is not valid YAML', `{{- if .Values.on }}\n${workload()}{{- end }}\n`],
])('lint skips %s', async (_, text) => {
  expect((await lint({ 'a.yaml': text })).map(line)).toEqual(['info template-skipped a.yaml']);
});

it('lint reads braces within a string as a string', async () => {
  const manifest = workload({ annotations: ['keel.sh/polcy: force', "note: 'uses {{ .Values }}'"] });

  expect(await found(['template-skipped', 'unknown-annotation'], { 'a.yaml': manifest })).toEqual([
    'error unknown-annotation a.yaml:7',
  ]);
});

it('lint points into the items of a List', async () => {
  const item = workload({ annotations: ['keel.sh/polcy: force'] })
    .split('\n')
    .map((one) => `    ${one}`)
    .join('\n');
  const text = `apiVersion: v1\nkind: List\nitems:\n  -\n${item}\n`;

  expect((await lint({ 'a.yaml': text })).map(line)).toEqual(['error unknown-annotation a.yaml:11']);
});

it('lint skips other files, samples and dependencies', async () => {
  const wrong = workload({ annotations: ['keel.sh/polcy: force'] });
  const tree = {
    'lock.yaml': 'a: "b\n',
    'node_modules/x/a.yaml': wrong,
    'test/fixtures/a.yaml': wrong,
    '.hidden/a.yaml': wrong,
    'a.txt': wrong,
  };

  expect(await lint(tree)).toEqual([]);
});

it('lint does not read patches of kustomize as objects', async () => {
  const moving = workload({ image: 'registry.example.com/team/shop:dev', container: [] });
  const tree = { 'shop.yaml': workload(), 'patch.yaml': moving, 'legacy.yaml': moving };
  const lists = 'patches: [{path: patch.yaml}]\npatchesStrategicMerge: [legacy.yaml]\n';

  expect(
    await found(['reuses-old-image'], { ...tree, 'kustomization.yaml': `resources: [shop.yaml]\n${lists}` }),
  ).toEqual([]);
  expect(await found(['reuses-old-image'], tree)).toHaveLength(2);
});

it('lint applies the commonAnnotations of a kustomization', async () => {
  const tree = {
    'shop.yaml': workload({ annotations: [] }),
    'service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: shop}\n',
    'kustomization.yaml':
      'resources: [shop.yaml, service.yaml]\ncommonAnnotations: {keel.sh/policy: force, keel.sh/polcy: x}\n',
  };

  expect((await lint(tree, { readers: ['keelson'] })).map(line)).toEqual([
    'error unknown-annotation shop.yaml:4',
    'warning missing-readiness-probe shop.yaml:16',
    'info missing-liveness-probe shop.yaml:16',
  ]);
});
