import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushImage } from '../registry/push-image.ts';
import { startRegistry } from '../registry/start-registry.ts';
import type { TestRegistry } from '../registry/types.ts';
import { askRegistry } from './ask-registry.ts';

describe('what a kubelet learns from a registry', () => {
  let registry: TestRegistry | undefined;
  const url = () => registry?.url ?? '';
  const mirrors = () => ({ 'apps.test': url() });

  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry?.stop());

  it.each([
    ['ready', {}],
    ['crash', { labels: { 'sh.keelson.outcome': 'crash' } }],
    ['ready', { labels: { 'sh.keelson.outcome': 'surprise' } }],
    ['oom', { labels: { 'sh.keelson.outcome': 'oom' }, platforms: ['linux/amd64', 'linux/arm64'] }],
  ])('is %s for an image of %j, with the digest of its tag', async (outcome, options) => {
    const { digest } = await pushImage(url(), 'team/web', 'latest', options);

    expect(await askRegistry('apps.test/team/web:latest', { mirrors: mirrors() })).toEqual({
      outcome,
      imageID: `apps.test/team/web@${digest}`,
    });
  });

  it('goes by the digest where the image has one', async () => {
    const old = await pushImage(url(), 'team/api', 'latest', { labels: { 'sh.keelson.outcome': 'unready' } });
    await pushImage(url(), 'team/api', 'latest');

    expect(await askRegistry(`apps.test/team/api:latest@${old.digest}`, { mirrors: mirrors() })).toMatchObject({
      outcome: 'unready',
      imageID: `apps.test/team/api@${old.digest}`,
    });
  });

  it('is that there is no such tag, or no such registry', async () => {
    const missing = await askRegistry('apps.test/team/web:missing', { mirrors: mirrors() });
    const silent = await askRegistry('apps.test/team/web:latest', { mirrors: { 'apps.test': 'http://127.0.0.1:1' } });

    expect(missing).toEqual({ outcome: 'nopull', message: 'apps.test/team/web:missing: not found (404)' });
    expect(silent.outcome).toBe('nopull');
  });

  it('is asked of a loopback host itself, and of no other', async () => {
    await pushImage(url(), 'team/web', 'latest');

    expect((await askRegistry(`${registry?.host}/team/web:latest`)).imageID).toContain(
      `${registry?.host}/team/web@sha256:`,
    );
    expect(await askRegistry('elsewhere.test/team/web:latest')).toEqual({ outcome: 'ready' });
  });
});
