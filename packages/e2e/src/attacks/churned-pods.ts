import type { Attack } from './attack.ts';
import { numbered } from './attacker.ts';

/** Pods that are deleted as soon as they are there, while rollouts of them are verified. */
export const churnedPods: Attack = {
  name: 'deletes its pods again and again',
  async begin({ namespace, kube, deploy, push, checked, amount }) {
    const names = numbered('churn', amount(1, 10));
    for (const name of names) {
      await push(name);
      await deploy(name, { replicas: amount(5, 50) });
    }
    await checked(...names);
    for (const name of names) await push(name);
    const path = `/api/v1/namespaces/${namespace}/pods`;
    return async () => void (await kube.request({ method: 'DELETE', path, query: { gracePeriodSeconds: '0' } }));
  },
  everyMs: 250,
};
