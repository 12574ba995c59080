import { describe, expect, it, onTestFinished } from 'vitest';
import { json, startFakeApi, status } from '../../test/support/fake-api.ts';
import { connect } from '../http/connect.ts';
import { createPodPin } from './pod-pin.ts';

interface Served {
  version: 'v1' | 'v1beta1' | 'none';
  policy?: string;
  binding?: string;
  refuses?: number;
}

/** An API server that has policy and binding in these versions. */
async function pinOver(served: Served) {
  const api = await startFakeApi(({ path }, response) => {
    if (served.refuses !== undefined) return json(response, served.refuses, status(served.refuses, 'Refused', 'no'));
    const there = path.includes(`admissionregistration.k8s.io/${served.version}/`) && path.endsWith('/keelson-pin');
    const resourceVersion = path.includes('policies/') ? served.policy : served.binding;
    if (!there || resourceVersion === undefined) return json(response, 404, status(404, 'NotFound', 'not found'));
    return json(response, 200, { metadata: { name: 'keelson-pin', uid: 'u', resourceVersion } });
  });
  const http = await connect({ kubeconfigText: api.kubeconfig });
  onTestFinished(async () => {
    await http.close();
    await api.stop();
  });
  return { pin: createPodPin(http), requests: api.requests };
}

describe('the pod pin', () => {
  it('is not believed in before anybody asked', async () => {
    const { pin } = await pinOver({ version: 'v1', policy: '1', binding: '1' });

    expect(pin.works).toBe(false);
  });

  it.each<[Served, boolean]>([
    [{ version: 'v1', policy: '1', binding: '1' }, true],
    [{ version: 'v1beta1', policy: '1', binding: '1' }, true],
    [{ version: 'v1', policy: '1' }, false],
    [{ version: 'v1', binding: '1' }, false],
    [{ version: 'none' }, false],
    [{ version: 'v1', refuses: 403 }, false],
    [{ version: 'v1', refuses: 404 }, false],
  ])('of a cluster with %o: %s', async (served, expected) => {
    const { pin } = await pinOver(served);

    await pin.refresh();

    expect(pin.works).toBe(expected);
  });

  it('costs two requests to ask for where it is', async () => {
    const { pin, requests } = await pinOver({ version: 'v1', policy: '1', binding: '1' });

    await pin.refresh();

    expect(requests).toHaveLength(2);
  });

  it('keeps what it knows when the API server cannot say', async () => {
    const served: Served = { version: 'v1', policy: '1', binding: '1' };
    const { pin } = await pinOver(served);
    await pin.refresh();
    served.refuses = 500;

    await expect(pin.refresh()).rejects.toMatchObject({ status: 500 });

    expect(pin.works).toBe(true);
  });

  it.each(['policy', 'binding'] as const)('that failed its self-test is off until the %s changes', async (what) => {
    const served: Served = { version: 'v1', policy: '1', binding: '1' };
    const { pin } = await pinOver(served);
    await pin.refresh();

    pin.seen(false);
    const failed = pin.works;
    await pin.refresh();
    const asked = pin.works;
    served[what] = '2';
    await pin.refresh();

    expect([failed, asked, pin.works]).toEqual([false, false, true]);
  });

  it('is on again once a pod carries its digest after all', async () => {
    const { pin } = await pinOver({ version: 'v1', policy: '1', binding: '1' });
    await pin.refresh();
    pin.seen(false);

    pin.seen(true);

    expect(pin.works).toBe(true);
  });

  it('is off once it was taken out', async () => {
    const served: Served = { version: 'v1', policy: '1', binding: '1' };
    const { pin } = await pinOver(served);
    await pin.refresh();
    served.version = 'none';

    await pin.refresh();

    expect(pin.works).toBe(false);
  });
});
