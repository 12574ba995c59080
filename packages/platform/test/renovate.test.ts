import { describe, expect, it } from 'vitest';
import { filesMatching } from '../src/ci/files.ts';
import { isDisabled, managersOf, renovateConfig } from '../src/ci/renovate.ts';

const { 'renovate.json': text = '' } = await filesMatching('renovate.json');
const config = renovateConfig.parse(JSON.parse(text));
const manifests = await filesMatching('apps/*/*.yaml', 'clusters/*/*.yaml', 'infrastructure/**/*.yaml');

describe('renovate.json', () => {
  const files: [manager: string, patterns: string[]][] = [
    ['gitlabci', ['.gitlab/jobs.yml', 'apps/*/build.yml']],
    ['custom', ['.gitlab/jobs.yml', 'apps/cli/build.yml', '.github/workflows/*.yml']],
  ];

  it.each(files)('renovate.json has manager %s read %j', async (manager, patterns) => {
    const found = Object.keys(await filesMatching(...patterns));

    expect(found.length).toBeGreaterThan(0);
    for (const file of found)
      expect([file, managersOf(file, config)]).toEqual([file, expect.arrayContaining([manager])]);
  });

  const withImages = Object.entries(manifests).filter(([, yaml]) => /^\s+(?:- )?image: /m.test(yaml));
  it.each(withImages)('renovate.json has manager kubernetes read the images in %s', (file) => {
    expect(managersOf(file, config)).toContain('kubernetes');
  });

  const withCharts = Object.entries(manifests).filter(([, yaml]) => /^kind: (?:Helm|OCIRepository)/m.test(yaml));
  it.each(withCharts)('renovate.json has manager flux read the charts in %s', (file) => {
    expect(managersOf(file, config)).toContain('flux');
  });

  it("renovate.json updates what flux bootstrap writes as a whole, not the images of Flux' controllers", () => {
    const managers = managersOf('clusters/homelab/flux-system/gotk-components.yaml', config);

    expect(managers).toContain('flux');
    expect(managers).not.toContain('kubernetes');
  });

  it('renovate.json finds the versions of the Docker daemon and of the validator in CI', async () => {
    const texts = Object.values(
      await filesMatching('.gitlab/jobs.yml', 'apps/cli/build.yml', '.github/workflows/apps.yml'),
    ).join('\n');

    const found = config.customManagers.flatMap(({ matchStrings }) =>
      matchStrings.flatMap((pattern) =>
        [...texts.matchAll(new RegExp(pattern, 'g'))].map(
          ({ groups }) => `${groups?.['depName']} ${groups?.['currentValue']}`,
        ),
      ),
    );

    const [daemon, validator, twin] = found;
    expect(found).toHaveLength(3);
    expect(daemon).toMatch(/^docker \d+\.\d+\.\d+-dind$/);
    expect(validator).toMatch(/^renovate \d+\.\d+\.\d+$/);
    expect(twin).toBe(validator);
  });
});

describe('the images of manifests', () => {
  const images = Object.values(manifests).flatMap((yaml) =>
    [...yaml.matchAll(/^\s+(?:- )?image: "?([^:@\s"]+)/gm)].map(([, name = '']) => name),
  );
  const own = [...new Set(images)].filter((name) => name.startsWith('registry.gitlab.com/cmunroe/ops/'));
  const followed = own.filter((name) => !name.includes('/keelson-'));
  const others = [...new Set(images)].filter((name) => !followed.includes(name));

  it.each(followed)('renovate.json leaves %s to Keelson', (image) => {
    expect(isDisabled(image, config)).toBe(true);
  });

  it.each(others)('renovate.json keeps %s current', (image) => {
    expect(isDisabled(image, config)).toBe(false);
  });

  it('the manifests name images of Keelson and images of others', () => {
    expect(own).toEqual(
      expect.arrayContaining(
        ['myapp', 'keelson-api', 'keelson-worker'].map((name) => `registry.gitlab.com/cmunroe/ops/${name}`),
      ),
    );
    expect(others).not.toEqual([]);
  });
});
