import { badImages } from '../bad-images.ts';
import type { Attack } from './attack.ts';

const labels = { app: 'web', 'pod-template-hash': 'forged' };

/** Pods that crash, ReplicaSets and Jobs, which say that the victim's workload controls them. */
export const forgedControllers: Attack = {
  name: 'has pods, ReplicaSets and Jobs that name its workload as their controller',
  async begin({ namespace, kube, deploy, push, available, image, victimControllers }) {
    await push('forged', badImages['a crash']);
    // Where there are pods, the namespace's ServiceAccount is there.
    await push('ready');
    await deploy('ready', { replicas: 1 });
    await available('ready');
    const containers = [{ name: 'app', image: image('forged'), imagePullPolicy: 'Always' }];
    return async (count) => {
      const { deployment, replicaSet } = await victimControllers();
      const make = (path: string, name: string, owner: object, spec: object, annotations = {}) => {
        const metadata = { name: `${name}-${count}`, labels, annotations, ownerReferences: [owner] };
        return kube.request({ method: 'POST', path: path.replace('*', namespace), body: { metadata, spec } });
      };
      await make('/api/v1/namespaces/*/pods', 'of-deployment', deployment, { containers });
      await make('/api/v1/namespaces/*/pods', 'of-set', replicaSet, { containers });
      const template = { metadata: { labels }, spec: { containers } };
      const newest = { 'deployment.kubernetes.io/revision': '999' };
      const set = { replicas: 1, selector: { matchLabels: labels }, template };
      await make('/apis/apps/v1/namespaces/*/replicasets', 'forged', deployment, set, newest);
      const job = { template: { spec: { containers, restartPolicy: 'Never' } } };
      await make('/apis/batch/v1/namespaces/*/jobs', 'forged', deployment, job);
    };
  },
};
