import { expect, it, onTestFinished } from 'vitest';
import { json, startFakeApi, status } from '../../test/support/fake-api.ts';
import { firstImage } from '../../test/support/objects.ts';
import { workload } from '../../test/support/workload.ts';
import { connect } from '../http/connect.ts';
import { ConflictError } from '../http/kube-error.ts';
import { patchFields } from './field-patch.ts';
import { patchKustomization } from './flux/patch-kustomization.ts';

const denial = `"web" is forbidden: ValidatingAdmissionPolicy 'no-digests' with binding 'all' denied request: no digests`;

/** An API server whose admission policy denies every patch. */
async function denying() {
  const object = {
    metadata: { namespace: 'shop', name: 'web', uid: 'u', resourceVersion: '1', annotations: { a: 'b' } },
  };
  const denied = status(422, 'Invalid', denial, { name: 'web', causes: [{ message: denial }] });
  const api = await startFakeApi(({ method }, response) =>
    method === 'PATCH' ? json(response, 422, denied) : json(response, 200, object),
  );
  const http = await connect({ kubeconfigText: api.kubeconfig });
  onTestFinished(async () => {
    await http.close();
    await api.stop();
  });
  return http;
}

it.each<[string, (http: Awaited<ReturnType<typeof denying>>) => Promise<unknown>]>([
  [
    'an image',
    (http) => {
      const container = { name: 'app', image: firstImage, init: false, index: 0 };
      return patchFields(http, workload({}), { images: [{ container, to: `${firstImage}-b` }] });
    },
  ],
  [
    'an entry of a Kustomization',
    (http) =>
      patchKustomization(http, { namespace: 'shop', name: 'web' }, () => [{ op: 'remove', path: '/spec/images' }]),
  ],
])('%s that an admission policy denies is refused, and no conflict (law 16)', async (_, write) => {
  const error = await write(await denying()).catch((reason: unknown) => reason);

  expect(error).not.toBeInstanceOf(ConflictError);
  expect(error).toMatchObject({ code: 'invalid', message: expect.stringContaining('denied request: no digests') });
});
