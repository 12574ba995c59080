import { describe, expect, it } from 'vitest';
import { connect, createClusterReader } from '../../src/index.ts';
import { deployment } from '../support/objects.ts';
import type { Harness } from './harness.ts';

const base64 = (value: string) => Buffer.from(value).toString('base64');
const config = '{"auths":{"apps.test":{"auth":"dXNlcjpwYXNz"}}}';

export function reads(harness: () => Harness): void {
  describe('reading', () => {
    it('reads a workload afresh, and undefined where there is none', async () => {
      const { http, namespace, create } = harness();
      const ns = await namespace();
      await create(ns, deployment('web', { replicas: 0 }));
      const reader = createClusterReader(http);

      const found = await reader.readWorkload({ namespace: ns, kind: 'Deployment', name: 'web' });

      expect(found).toMatchObject({ name: 'web', kind: 'Deployment', owner: { type: 'none' } });
      expect(await reader.readWorkload({ namespace: ns, kind: 'StatefulSet', name: 'web' })).toBeUndefined();
    });

    it('reads the docker config of a pull secret of either type', async () => {
      const { http, namespace, create } = harness();
      const ns = await namespace();
      const secret = (name: string, type: string, data: Readonly<Record<string, string>>) =>
        create(ns, Object.assign({ apiVersion: 'v1', kind: 'Secret' }, { metadata: { name }, type, data }));
      await secret('new', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': base64(config) });
      await secret('old', 'kubernetes.io/dockercfg', { '.dockercfg': base64('{"apps.test":{"auth":"dXNlcjpwYXNz"}}') });
      await secret('other', 'Opaque', { password: base64('hidden') });
      const reader = createClusterReader(http);

      const [newer, older] = [await reader.readPullSecret(ns, 'new'), await reader.readPullSecret(ns, 'old')];
      expect([newer?.config, older?.config]).toEqual([config, config]);
      expect(newer?.version).toMatch(/^.+\..+$/);
      expect(newer?.version).not.toBe(older?.version);
      expect(await reader.readPullSecret(ns, 'new')).toEqual(newer);
      expect(await reader.readPullSecret(ns, 'other')).toBeUndefined();
      expect(await reader.readPullSecret(ns, 'missing')).toBeUndefined();
    });

    it('reads the pull secrets of a service account', async () => {
      const { http, namespace, create } = harness();
      const ns = await namespace();
      const account = { metadata: { name: 'puller' }, imagePullSecrets: [{ name: 'one' }, { name: 'two' }] };
      await create(ns, Object.assign({ apiVersion: 'v1', kind: 'ServiceAccount' }, account));
      const reader = createClusterReader(http);

      expect(await reader.readServiceAccountPullSecrets(ns, 'puller')).toEqual(['one', 'two']);
      expect(await reader.readServiceAccountPullSecrets(ns, 'default')).toEqual([]);
      expect(await reader.readServiceAccountPullSecrets(ns, 'missing')).toEqual([]);
    });

    it('reads no log of a pod that is gone', async () => {
      const { http, namespace } = harness();
      const pod = {
        namespace: await namespace(),
        name: 'gone',
        uid: '',
        labels: {},
        phase: 'Failed',
        deleting: false,
        ready: false,
        createdAt: '',
        containers: [],
        conditions: [],
      };

      expect(await createClusterReader(http).readLog(pod, 'app', 5)).toBe('');
    });
  });

  describe('errors', () => {
    it('says that a token was refused, without the token', async () => {
      const { cluster } = harness();
      const token = 'a-token-that-nobody-gave-out';
      const text = cluster.kubeconfig.replace(/("?token"?:\s*)"?[^"\s,}]+"?/, `$1"${token}"`);
      const stranger = await connect({ kubeconfigText: text });

      const error = await stranger.request({ path: '/api/v1/pods' }).catch((reason: unknown) => reason);
      await stranger.close();

      expect(error).toMatchObject({ code: 'unauthorized', status: 401, retryable: false });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
    });

    it('says which object does not exist', async () => {
      const { http, namespace } = harness();
      const ns = await namespace();

      const error = await http
        .request({ path: `/apis/apps/v1/namespaces/${ns}/deployments/none` })
        .catch((reason: unknown) => reason);

      expect(error).toMatchObject({ code: 'not-found', status: 404, reason: 'NotFound' });
      expect(String(error)).toContain(`get deployments.apps "none" in namespace ${ns}`);
    });
  });
}
