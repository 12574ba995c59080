import { fluxCrdsMissing, realClusterMissing } from '@keelson/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessEnv, Form } from '../src/access-env.ts';
import { forms, other, startAccessEnv } from '../src/access-env.ts';
import { runAccessStory } from '../src/access-story.ts';
import { makeWorkloads } from '../src/access-workloads.ts';
import { refused, refusedElsewhere } from '../src/refused-requests.ts';
import { grantedIn, kubectlMissing } from '../src/shipped-access.ts';
import { rightFor } from '../src/verb-of.ts';

const missing = realClusterMissing() ?? fluxCrdsMissing() ?? (await kubectlMissing());
const skipped = missing === undefined ? '' : ` (skipped: ${missing})`;

/** How each workload is written here, forward and back: all write paths that need rights of their own. */
const expectedPaths = {
  forward: [
    'myapp/deployment/plain image-pin',
    'myapp/deployment/owned template-annotation',
    'myapp/deployment/released template-annotation',
    'myapp/deployment/claimed template-annotation',
    'myapp/statefulset/database image-pin',
    'myapp/daemonset/agent image-pin',
    'myapp/cronjob/nightly image-pin',
  ],
  back: [
    'myapp/deployment/plain image-pin',
    'myapp/deployment/owned flux-kustomization',
    'myapp/deployment/released image-nudge',
    'myapp/deployment/claimed image-nudge',
    'myapp/statefulset/database image-pin',
    'myapp/daemonset/agent image-pin',
    'myapp/cronjob/nightly image-pin',
  ],
};

describe.skipIf(missing !== undefined)(`the ServiceAccount that the manifests make${skipped}`, () => {
  const envs = new Map<Form, AccessEnv>();

  beforeAll(async () => {
    await Promise.all(forms.map(async (form) => envs.set(form, await startAccessEnv(form))));
  });
  afterAll(async () => {
    await Promise.all([...envs.values()].map((access) => access.stop()));
  });

  function envOf(form: Form): AccessEnv {
    const access = envs.get(form);
    if (!access) throw new Error(`There is no cluster ${form}.`);
    return access;
  }

  it.concurrent.for(forms)(
    'the worker has the rights that it uses, and uses all that it has, in %s (law 3)',
    async (form, { expect }) => {
      const access = envOf(form);
      await makeWorkloads(access);
      const written = await runAccessStory(access);

      const { requests } = access.recorded;
      expect(requests.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
      expect(written).toEqual(expectedPaths);
      // Every account may review its own access.
      const used = requests.map(rightFor).filter((right) => !right.startsWith('authorization.k8s.io/'));
      expect([...new Set(used)].toSorted()).toEqual(grantedIn(access.granted).toSorted());
    },
  );

  describe.each(forms)('in %s', (form) => {
    it.each(refused)(`the worker in ${form} is refused $title (law 3)`, async ({ request }) => {
      expect(await envOf(form).request(request)).toBe(403);
    });
  });

  it.each(refusedElsewhere)(
    `the worker that follows some namespaces is refused $title in namespace ${other} (law 3)`,
    async ({ request }) => {
      expect(await envOf('offsite').request(request)).toBe(403);
      // The form makes the difference: elsewhere the request is accepted, and mostly finds nothing of that name.
      expect([200, 404]).toContain(await envOf('homelab').request(request));
    },
  );
});
