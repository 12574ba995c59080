import { describe, expect, it } from 'vitest';
import type { ContainerState, Pod } from '../../src/index.ts';
import type { Harness } from './harness.ts';
import { missingHost } from './harness.ts';
import { seenPods } from './seen-pods.ts';

function named(pod: Pod, name: string): ContainerState | undefined {
  return pod.containers.find((one) => one.name === name);
}

/** What runs before the others, and what runs beside them all along (KEP-753). */
export function initContainers(harness: () => Harness): void {
  const { given, seen } = seenPods(harness);

  describe('an init container', () => {
    it('starts the containers once the init container is done', async (test) => {
      const watched = await given(test, { init: 'apps.test/setup:complete-1' });

      const pod = await seen(watched, ({ ready }) => ready);

      expect(named(pod, 'setup')).toMatchObject({
        init: true,
        specImage: 'apps.test/setup:complete-1',
        restarts: 0,
        terminated: { exitCode: 0 },
      });
      expect(named(pod, 'setup')).not.toHaveProperty('sidecar');
      expect(named(pod, 'app')).toMatchObject({ init: false, ready: true });
    });

    it('reads how an init container crashed while the containers wait', async (test) => {
      const watched = await given(test, { init: 'apps.test/setup:crash-1' });

      const pod = await seen(watched, (one) => named(one, 'setup')?.waiting?.reason === 'CrashLoopBackOff');

      expect(pod).toMatchObject({ phase: 'Pending', ready: false });
      const setup = named(pod, 'setup');
      expect(setup).toMatchObject({ init: true, ready: false });
      expect(setup?.lastTerminated?.exitCode).toBeGreaterThan(0);
      expect(setup?.lastTerminated?.finishedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect(named(pod, 'app')).toMatchObject({ ready: false, waiting: { reason: 'PodInitializing' } });
    });

    it('reads that the image of an init container cannot be pulled', async (test) => {
      const watched = await given(test, { init: `${missingHost}/setup:1` });

      const pod = await seen(watched, (one) => named(one, 'setup')?.waiting?.reason === 'ImagePullBackOff');

      expect(named(pod, 'setup')).toMatchObject({ init: true, imageID: '', specImage: `${missingHost}/setup:1` });
      expect(named(pod, 'app')?.waiting?.reason).toBe('PodInitializing');
    });
  });

  describe('a sidecar among the init containers', () => {
    it('distinguishes a sidecar from an init container', async (test) => {
      const watched = await given(test, { init: 'apps.test/setup:complete-1', proxy: 'apps.test/proxy:1' });

      const pod = await seen(watched, ({ ready }) => ready);

      expect(named(pod, 'proxy')).toMatchObject({ init: true, sidecar: true, ready: true });
      expect(named(pod, 'proxy')?.running).toBe(true);
      expect(named(pod, 'setup')).not.toHaveProperty('sidecar');
      expect(watched.view.workload(watched.key)?.containers).toMatchObject([
        { name: 'app', init: false, index: 0 },
        { name: 'proxy', init: true, index: 0, sidecar: true },
        { name: 'setup', init: true, index: 1 },
      ]);
    });

    it('reads a pod as not ready while its sidecar crashes and restarts', async (test) => {
      const watched = await given(test, { proxy: 'apps.test/proxy:crash-1' });

      const pod = await seen(watched, (one) => named(one, 'proxy')?.lastTerminated !== undefined);

      expect(pod.ready).toBe(false);
      expect(named(pod, 'proxy')).toMatchObject({ init: true, sidecar: true, ready: false });
      expect(named(pod, 'proxy')?.restarts).toBeGreaterThanOrEqual(1);
      expect(named(pod, 'proxy')?.lastTerminated?.exitCode).toBeGreaterThan(0);
    });
  });
}
