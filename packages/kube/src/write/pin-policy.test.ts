import { describe, expect, it, onTestFinished } from 'vitest';
import { json, startFakeApi, status } from '../../test/support/fake-api.ts';
import { connect } from '../http/connect.ts';
import { createPinPolicy } from './pin-policy.ts';

interface Served {
  version: 'v1' | 'v1beta1' | 'none';
  policy?: string;
  binding?: string;
  refuses?: number;
  pinVersion?: string;
}

/** An API server that has policy and binding in these versions. */
async function pinOver(served: Served) {
  const api = await startFakeApi(({ path }, response) => {
    if (served.refuses !== undefined) return json(response, served.refuses, status(served.refuses, 'Refused', 'no'));
    const there = path.includes(`admissionregistration.k8s.io/${served.version}/`) && path.endsWith('/keelson-pin');
    const resourceVersion = path.includes('policies/') ? served.policy : served.binding;
    if (!there || resourceVersion === undefined) return json(response, 404, status(404, 'NotFound', 'not found'));
    return json(response, 200, {
      metadata: {
        name: 'keelson-pin',
        uid: 'u',
        resourceVersion,
        annotations: served.pinVersion === undefined ? undefined : { 'keelson.sh/pin-version': served.pinVersion },
      },
    });
  });
  const http = await connect({ kubeconfigText: api.kubeconfig });
  onTestFinished(async () => {
    await http.close();
    await api.stop();
  });
  return { pinPolicy: createPinPolicy(http), requests: api.requests };
}

describe('the admission policy', () => {
  it('reports the admission policy as not working before the first refresh', async () => {
    const { pinPolicy } = await pinOver({ version: 'v1', policy: '1', binding: '1' });

    expect(pinPolicy.worksIn('shop')).toBe(false);
  });

  it.each<[Served, boolean]>([
    [{ version: 'v1', policy: '1', binding: '1' }, true],
    [{ version: 'v1beta1', policy: '1', binding: '1' }, true],
    [{ version: 'v1', policy: '1' }, false],
    [{ version: 'v1', binding: '1' }, false],
    [{ version: 'none' }, false],
    [{ version: 'v1', refuses: 403 }, false],
    [{ version: 'v1', refuses: 404 }, false],
  ])('reports whether the admission policy works in a cluster with %o: %s', async (served, expected) => {
    const { pinPolicy } = await pinOver(served);

    await pinPolicy.refresh();

    expect(pinPolicy.worksIn('shop')).toBe(expected);
  });

  it('sends two requests to a cluster with the admission policy', async () => {
    const { pinPolicy, requests } = await pinOver({ version: 'v1', policy: '1', binding: '1' });

    await pinPolicy.refresh();

    expect(requests).toHaveLength(2);
  });

  it('keeps what it knows of the admission policy while the API server fails', async () => {
    const served: Served = { version: 'v1', policy: '1', binding: '1' };
    const { pinPolicy } = await pinOver(served);
    await pinPolicy.refresh();
    served.refuses = 500;

    await expect(pinPolicy.refresh()).rejects.toMatchObject({ status: 500 });

    expect(pinPolicy.worksIn('shop')).toBe(true);
  });

  it.each(['policy', 'binding'] as const)(
    'reports an admission policy that failed its self-test as not working until the %s changes',
    async (what) => {
      const served: Served = { version: 'v1', policy: '1', binding: '1' };
      const { pinPolicy } = await pinOver(served);
      await pinPolicy.refresh();

      pinPolicy.seen('shop', false);
      const failed = pinPolicy.worksIn('shop');
      await pinPolicy.refresh();
      const refreshed = pinPolicy.worksIn('shop');
      served[what] = '2';
      await pinPolicy.refresh();

      expect([failed, refreshed, pinPolicy.worksIn('shop')]).toEqual([false, false, true]);
    },
  );

  it('reports the admission policy as working once a pod carries its digest after all', async () => {
    const { pinPolicy } = await pinOver({ version: 'v1', policy: '1', binding: '1' });
    await pinPolicy.refresh();
    pinPolicy.seen('shop', false);

    pinPolicy.seen('shop', true);

    expect(pinPolicy.worksIn('shop')).toBe(true);
  });

  it('believes of one namespace what its pods show, and nothing of others', async () => {
    const { pinPolicy } = await pinOver({ version: 'v1', policy: '1', binding: '1' });
    await pinPolicy.refresh();

    pinPolicy.seen('mallory', false);

    expect([pinPolicy.worksIn('mallory'), pinPolicy.worksIn('shop')]).toEqual([false, true]);
  });

  it.each([
    [undefined, false],
    ['1', false],
    ['2', true],
    ['3', true],
    ['new', false],
  ])('replaces digests with the version %s: %s', async (pinVersion, expected) => {
    const { pinPolicy } = await pinOver({
      version: 'v1',
      policy: '1',
      binding: '1',
      ...(pinVersion && { pinVersion }),
    });
    await pinPolicy.refresh();

    expect(pinPolicy.replacesDigests).toBe(expected);
  });

  it('reports the admission policy as not working once it was deleted', async () => {
    const served: Served = { version: 'v1', policy: '1', binding: '1' };
    const { pinPolicy } = await pinOver(served);
    await pinPolicy.refresh();
    served.version = 'none';

    await pinPolicy.refresh();

    expect(pinPolicy.worksIn('shop')).toBe(false);
  });
});
