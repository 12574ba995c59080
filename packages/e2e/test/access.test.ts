import { fluxCrdsMissing, realClusterMissing } from '@keelson/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessGround, Form } from '../src/access-ground.ts';
import { forms, openAccessGround, other } from '../src/access-ground.ts';
import { tellStory } from '../src/access-story.ts';
import { makeWorkloads } from '../src/access-workloads.ts';
import { refused, refusedElsewhere } from '../src/refused-requests.ts';
import { grantedIn, kubectlMissing } from '../src/shipped-access.ts';
import { rightFor } from '../src/verb-of.ts';

const missing = realClusterMissing() ?? fluxCrdsMissing() ?? (await kubectlMissing());
const skipped = missing === undefined ? '' : ` (skipped: ${missing})`;

/** How each workload is written here, forward and back: all the ways that need rights of their own. */
const writtenFields = {
  forward: [
    'myapp/deployment/plain image-pin',
    'myapp/deployment/owned template-annotation',
    'myapp/statefulset/database image-pin',
    'myapp/daemonset/agent image-pin',
    'myapp/cronjob/nightly image-pin',
  ],
  back: [
    'myapp/deployment/plain image-pin',
    'myapp/deployment/owned flux-kustomization',
    'myapp/statefulset/database image-pin',
    'myapp/daemonset/agent image-pin',
    'myapp/cronjob/nightly image-pin',
  ],
};

describe.skipIf(missing !== undefined)(`as the ServiceAccount that the manifests make${skipped}`, () => {
  const grounds = new Map<Form, AccessGround>();

  beforeAll(async () => {
    await Promise.all(forms.map(async (form) => grounds.set(form, await openAccessGround(form))));
  });
  afterAll(async () => {
    await Promise.all([...grounds.values()].map((ground) => ground.stop()));
  });

  function groundOf(form: Form): AccessGround {
    const ground = grounds.get(form);
    if (!ground) throw new Error(`There is no cluster ${form}.`);
    return ground;
  }

  it.concurrent.for(forms)(
    'the worker may do all that it does, and does all that it may, in %s',
    async (form, { expect }) => {
      const ground = groundOf(form);
      await makeWorkloads(ground);
      const written = await tellStory(ground);

      const { requests } = ground.recorded;
      expect(requests.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
      expect(written).toEqual(writtenFields);
      const used = requests.map(rightFor);
      expect([...new Set(used)].toSorted()).toEqual(grantedIn(ground.granted).toSorted());
    },
  );

  describe.each(forms)('in %s is refused', (form) => {
    it.each(refused)('$title', async ({ request }) => {
      expect(await groundOf(form).ask(request)).toBe(403);
    });
  });

  it.each(refusedElsewhere)(
    `where it follows some namespaces, $title in namespace ${other} is refused`,
    async ({ request }) => {
      expect(await groundOf('offsite').ask(request)).toBe(403);
      // It is the form that makes the difference: elsewhere it is let in, and mostly finds nothing of that name.
      expect([200, 404]).toContain(await groundOf('homelab').ask(request));
    },
  );
});
