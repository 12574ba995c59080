import { describe, expect, it, vi } from 'vitest';
import { workloadPath } from '../../src/objects/kinds.ts';
import { deployment } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import { givenWorkloads } from './given-workloads.ts';
import type { Harness } from './harness.ts';
import { missingHost } from './harness.ts';

/** What the controllers and the kubelet make of a Deployment: the facts that a verdict is read from. */
export function deployments(harness: () => Harness): void {
  const { get, given, pods, replicaSets, rolledOut, setImage, container } = givenWorkloads(harness);

  describe('a Deployment', () => {
    it('creates for a Deployment a ReplicaSet with its revision and pods with its hash', async () => {
      const key = await given('Deployment', undefined, 2);

      const workload = await rolledOut(key);

      const [replicaSet, ...others] = await replicaSets(key.namespace);
      expect(others).toEqual([]);
      expect(replicaSet).toMatchObject({ ownerUid: workload.uid, revision: 1, replicas: 2 });
      expect(replicaSet?.podTemplateHash).toMatch(/^[a-z0-9]+$/);
      expect(replicaSet?.name).toBe(`web-${replicaSet?.podTemplateHash}`);
      expect(workload.annotations['deployment.kubernetes.io/revision']).toBe('1');
      const made = await pods(key.namespace);
      expect(made).toHaveLength(2);
      for (const pod of made) {
        expect(pod).toMatchObject({ ownerUid: replicaSet?.uid, phase: 'Running', ready: true, deleting: false });
        expect(pod.labels).toMatchObject({ app: 'web', 'pod-template-hash': replicaSet?.podTemplateHash });
        expect(pod.containers).toMatchObject([{ name: 'app', ready: true, restarts: 0, init: false }]);
        expect(pod.containers[0]?.imageID).toMatch(/^apps\.test\/team\/web@sha256:[0-9a-f]{64}$/);
        expect(pod.containers[0]?.running).toBe(true);
      }
    });

    it('reports a Deployment as available in status and conditions', async () => {
      const workload = await rolledOut(await given('Deployment', undefined, 2));

      expect(workload.status).toMatchObject({ observedGeneration: 1, replicas: 2, updated: 2, available: 2 });
      expect(workload.generation).toBe(1);
      const done = await vi.waitUntil(async () => {
        const { conditions } = (await get(workload)).status;
        return conditions.some(({ reason }) => reason === 'NewReplicaSetAvailable') && conditions;
      }, soon);
      expect(done).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }),
          expect.objectContaining({ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }),
        ]),
      );
    });

    it('fills in the defaults of a Deployment: pull policy by tag, deadline, service account', async () => {
      const key = await given('Deployment', 'apps.test/team/web:1.2.3');

      const workload = await get(key);

      expect(workload.containers[0]?.imagePullPolicy).toBe('IfNotPresent');
      expect((await get(await given('Deployment'))).containers[0]?.imagePullPolicy).toBe('Always');
      expect(workload).toMatchObject({ progressDeadlineSeconds: 600, serviceAccountName: 'default', paused: false });
    });

    it('rolls a good image out under the next revision and scales the old ReplicaSet to zero', async () => {
      const key = await given('Deployment');
      await rolledOut(key);
      await setImage(key, 'apps.test/team/web:next');

      const workload = await rolledOut(key);

      expect(workload).toMatchObject({ generation: 2 });
      const sets = (await replicaSets(key.namespace)).toSorted((a, b) => a.revision - b.revision);
      expect(sets.map(({ revision, replicas }) => ({ revision, replicas }))).toEqual([
        { revision: 1, replicas: 0 },
        { revision: 2, replicas: 1 },
      ]);
      expect(workload.annotations['deployment.kubernetes.io/revision']).toBe('2');
    });

    it('reuses an old ReplicaSet for the same template, under a new revision', async () => {
      const key = await given('Deployment');
      await rolledOut(key);
      const [first] = await replicaSets(key.namespace);
      await setImage(key, 'apps.test/team/web:next');
      await rolledOut(key);
      await setImage(key, 'apps.test/team/web:latest');
      await rolledOut(key);

      const sets = await replicaSets(key.namespace);

      expect(sets).toHaveLength(2);
      expect(sets.find(({ uid }) => uid === first?.uid)).toMatchObject({ revision: 3, replicas: 1 });
    });

    it('keeps the good pods of a Deployment while the new image crashes', async () => {
      const key = await given('Deployment', undefined, 2);
      await rolledOut(key);
      await setImage(key, 'apps.test/team/web:crash-1');

      const state = await container(key.namespace, ({ waiting }) => waiting?.reason === 'CrashLoopBackOff');

      expect(state.lastTerminated?.exitCode).toBeGreaterThan(0);
      expect(state.waiting?.message).toContain('back-off');
      await container(key.namespace, ({ restarts }) => restarts >= 2);
      const workload = await get(key);
      expect(workload.status.updated).toBeGreaterThan(0);
      expect(workload.status.available).toBeGreaterThanOrEqual(1);
      const ready = (await pods(key.namespace)).filter((pod) => pod.ready);
      expect(ready.length).toBeGreaterThanOrEqual(1);
      expect(ready.every(({ containers }) => containers[0]?.specImage.includes('crash') === false)).toBe(true);
    });

    it.each([
      [`${missingHost}/team/web:1`, 'ErrImagePull'],
      [`${missingHost}/team/web:2`, 'ImagePullBackOff'],
      ['apps.test/team/web:config-error-1', 'CreateContainerConfigError'],
    ])('reports why %s does not start: %s', async (image, reason) => {
      const key = await given('Deployment', image);

      const state = await container(key.namespace, ({ waiting }) => waiting?.reason === reason);

      expect(state).toMatchObject({ ready: false, restarts: 0, imageID: '' });
      expect(state.waiting?.message).toBeTruthy();
      expect((await pods(key.namespace))[0]?.phase).toBe('Pending');
    });

    it('reports a container that ran out of memory', async () => {
      const key = await given('Deployment', 'apps.test/team/web:oom-1');

      const state = await container(key.namespace, ({ lastTerminated }) => lastTerminated !== undefined);

      expect(state.lastTerminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
    });

    it('reports a container that runs and never gets ready', async () => {
      const key = await given('Deployment', 'apps.test/team/web:unready-1');

      const state = await container(key.namespace, ({ running }) => running);

      expect(state.ready).toBe(false);
      const [pod] = await pods(key.namespace);
      expect(pod).toMatchObject({ phase: 'Running', ready: false });
      expect((await get(key)).status.available).toBe(0);
    });

    it('reports that the progress deadline of a Deployment passed', async () => {
      const { namespace, create } = harness();
      const key = { namespace: await namespace(), kind: 'Deployment', name: 'web' } as const;
      const spec = { progressDeadlineSeconds: 2 };
      await create(key.namespace, deployment('web', { image: 'apps.test/team/web:unready-2', spec }));

      const condition = await vi.waitUntil(
        async () => (await get(key)).status.conditions.find(({ reason }) => reason === 'ProgressDeadlineExceeded'),
        soon,
      );

      expect(condition).toMatchObject({ type: 'Progressing', status: 'False' });
    });

    it('deletes ReplicaSets and pods with their Deployment', async () => {
      const key = await given('Deployment');
      await rolledOut(key);
      await harness().remove(workloadPath(key));

      await vi.waitUntil(async () => {
        const left = [...(await pods(key.namespace)), ...(await replicaSets(key.namespace))];
        return left.length === 0;
      }, soon);
      await expect(get(key)).rejects.toMatchObject({ code: 'not-found' });
    });
  });
}
