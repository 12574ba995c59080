import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { filesMatching } from '../src/ci/files.ts';
import {
  isLeftAlone,
  knowsPreset,
  managersOf,
  renovateConfig,
  renovateOptions,
  renovateSchema,
} from '../src/ci/renovate.ts';

const { 'renovate.json': text = '' } = await filesMatching('renovate.json');
const written: unknown = JSON.parse(text);
const config = renovateConfig.parse(written);
const manifests = await filesMatching('apps/*/*.yaml', 'clusters/*/*.yaml', 'infrastructure/**/*.yaml');

describe('renovate.json', () => {
  it("is right by Renovate's own schema", async () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(await renovateSchema());

    expect(validate({ ...config, minimumReleaseAge: 7 })).toBe(false);
    expect(validate({ ...config, schedule: [1] })).toBe(false);
    expect([validate(written), validate.errors]).toEqual([true, null]);
  });

  it('has no option that Renovate does not know, which its schema lets pass', async () => {
    const { options, inRules } = await renovateOptions();

    expect(options).not.toContain('groupNames');
    expect(options).toEqual(expect.arrayContaining(Object.keys(config).filter((key) => key !== '$schema')));
    expect([...options, ...inRules]).toEqual(expect.arrayContaining(config.packageRules.flatMap(Object.keys)));
  });

  it.each(config.extends)('extends %s, which Renovate knows', async (preset) => {
    expect(await knowsPreset(preset)).toBe(true);
    expect(await knowsPreset(`${preset}-not`)).toBe(false);
  });
});

describe('what is read', () => {
  const files: [manager: string, patterns: string[]][] = [
    ['dockerfile', ['apps/*/Dockerfile', 'apps/*/app/Dockerfile']],
    ['github-actions', ['.github/workflows/*']],
    ['gitlabci', ['.gitlab/jobs.yml', 'apps/*/build.yml']],
    ['custom', ['.gitlab/jobs.yml']],
    ['npm', ['package.json', 'pnpm-workspace.yaml', 'apps/*/app/package.json', '{apps,packages}/*/package.json']],
  ];

  it.each(files)('%s reads %j', async (manager, patterns) => {
    const found = Object.keys(await filesMatching(...patterns));

    expect(found.length).toBeGreaterThan(0);
    for (const file of found)
      expect([file, await managersOf(file, config)]).toEqual([file, expect.arrayContaining([manager])]);
  });

  const withImages = Object.entries(manifests).filter(([, yaml]) => /^\s+(?:- )?image: /m.test(yaml));
  it.each(withImages)('the images in %s are', async (file) => {
    expect(await managersOf(file, config)).toContain('kubernetes');
  });

  const withCharts = Object.entries(manifests).filter(([, yaml]) => /^kind: (?:Helm|OCIRepository)/m.test(yaml));
  it.each(withCharts)('the charts in %s are', async (file) => {
    expect(await managersOf(file, config)).toContain('flux');
  });

  it("as a whole is what flux bootstrap writes, and not by the images of Flux' controllers", async () => {
    const managers = await managersOf('clusters/homelab/flux-system/gotk-components.yaml', config);

    expect(managers).toContain('flux');
    expect(managers).not.toContain('kubernetes');
  });

  it('is the daemon of CI, by its name and version', async () => {
    const { '.gitlab/jobs.yml': jobs = '' } = await filesMatching('.gitlab/jobs.yml');

    const found = config.customManagers.flatMap(({ matchStrings }) =>
      matchStrings.flatMap((pattern) =>
        [...jobs.matchAll(new RegExp(pattern, 'g'))].map(({ groups }) => ({ ...groups })),
      ),
    );

    expect(found).toEqual([
      { depName: 'docker', currentValue: expect.stringMatching(/^\d+\.\d+\.\d+-dind$/), currentDigest: undefined },
    ]);
  });
});

describe('the images of manifests', () => {
  const images = Object.values(manifests).flatMap((yaml) =>
    [...yaml.matchAll(/^\s+(?:- )?image: "?([^:@\s"]+)/gm)].map(([, name = '']) => name),
  );
  const own = [...new Set(images)].filter((name) => name.startsWith('registry.gitlab.com/cmunroe/ops/'));
  const others = [...new Set(images)].filter((name) => !own.includes(name));

  it.each(own)('leaves %s to Keelson', (image) => {
    expect(isLeftAlone(image, config)).toBe(true);
  });

  it.each(others)('keeps %s current', (image) => {
    expect(isLeftAlone(image, config)).toBe(false);
  });

  it('are of both kinds', () => {
    expect(own).toEqual(
      expect.arrayContaining(
        ['myapp', 'keelson-api', 'keelson-worker'].map((name) => `registry.gitlab.com/cmunroe/ops/${name}`),
      ),
    );
    expect(others).not.toEqual([]);
  });
});
