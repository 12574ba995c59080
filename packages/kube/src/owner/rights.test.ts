import { expect, it, onTestFinished } from 'vitest';
import type { Received } from '../../test/support/fake-api.ts';
import { json, startFakeApi, status } from '../../test/support/fake-api.ts';
import { fluxLabels, workload } from '../../test/support/workload.ts';
import { connect } from '../http/connect.ts';
import type { FluxOwner } from '../types.ts';
import { createWrites } from '../write/create-writes.ts';
import { createRights } from './rights.ts';

const owner: FluxOwner = { type: 'flux-kustomization', namespace: 'apps', name: 'shop' };

interface Allowing {
  allowed: boolean | 'no answer';
}

const isReview = ({ path }: Received) => path.endsWith('/selfsubjectaccessreviews');

/** An API server with one Kustomization that lists shop/web, and this right to patch it. */
async function startApi(may: Allowing) {
  const api = await startFakeApi((request, response) => {
    if (isReview(request)) {
      if (may.allowed === 'no answer') return json(response, 404, status(404, 'NotFound', 'no such kind'));
      return json(response, 201, { status: { allowed: may.allowed } });
    }
    const notThere = !request.path.includes('/kustomizations/');
    if (notThere) return json(response, 404, status(404, 'NotFound', 'not found'));
    const entries = [{ id: 'shop_web_apps_Deployment', v: 'v1' }];
    return json(response, 200, { metadata: { name: 'apps', uid: 'u' }, status: { inventory: { entries } } });
  });
  const http = await connect({ kubeconfigText: api.kubeconfig });
  onTestFinished(async () => {
    await http.close();
    await api.stop();
  });
  return { http, reviews: () => api.requests.filter(isReview) };
}

it('reviews the right to patch an owner by its name, and keeps the answer', async () => {
  const { http, reviews } = await startApi({ allowed: true });
  let time = 0;
  const rights = createRights(http, () => time);

  const first = await rights.mayPatch(owner, { fresh: true });
  time = 299_000;
  const kept = await rights.mayPatch(owner, { fresh: true });
  const asked = reviews().length;
  time = 300_000;
  await rights.mayPatch(owner);

  expect([first, kept, asked, reviews().length]).toEqual([true, true, 1, 2]);
  expect(JSON.parse(reviews()[0]?.body ?? '').spec.resourceAttributes).toEqual({
    group: 'kustomize.toolkit.fluxcd.io',
    resource: 'kustomizations',
    namespace: 'apps',
    name: 'shop',
    verb: 'patch',
  });
});

it('asks again soon for a right that is missing, and at once before a write', async () => {
  const may: Allowing = { allowed: false };
  const { http } = await startApi(may);
  let time = 0;
  const rights = createRights(http, () => time);
  const missing = await rights.mayPatch(owner);
  may.allowed = true;

  const kept = await rights.mayPatch(owner);
  const fresh = await rights.mayPatch(owner, { fresh: true });
  rights.refused(owner);
  const refused = await rights.mayPatch(owner);
  time = 30_000;

  expect([missing, kept, fresh, refused, await rights.mayPatch(owner)]).toEqual([false, false, true, false, true]);
});

it('knows nothing where the API server has no answer', async () => {
  const { http } = await startApi({ allowed: 'no answer' });

  expect(await createRights(http, Date.now).mayPatch(owner)).toBeUndefined();
});

it.each([
  [true, 'flux-kustomization', []],
  ['no answer', 'flux-kustomization', []],
  [false, 'flux-hold', ['may-be-reverted']],
] as const)('takes the path and warns as it may patch the owner: %s', async (allowed, path, codes) => {
  const { http } = await startApi({ allowed });
  const writes = createWrites(http);
  const owned = workload({ labels: fluxLabels, pullPolicy: 'Always' });

  const [back, forward] = [await writes.pathFor(owned, 'back'), await writes.pathFor(owned, 'forward')];

  expect(back.name).toBe(path);
  const warnings = forward.warnings(owned);
  expect(warnings.map(({ code }) => code)).toEqual(codes);
  expect(warnings.every(({ message }) => message.includes('RoleBinding "keelson-flux"'))).toBe(true);
  expect(warnings.every(({ message }) => message.includes('namespace flux-system'))).toBe(true);
});
