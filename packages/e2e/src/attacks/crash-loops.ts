import { badImages } from '../bad-images.ts';
import type { Attack } from './attack.ts';
import { numbered } from './attacker.ts';

/** Pods that crash for ever, and change with each crash, while rollouts of them are verified. */
export const crashLoops: Attack = {
  name: 'has many pods in a crash loop',
  async begin({ deploy, push, known, amount }) {
    const names = numbered('loop', amount(1, 10));
    for (const name of names) {
      await push(name, badImages['a crash']);
      await deploy(name, { replicas: amount(5, 50) });
    }
    await Promise.all(names.map(known));
    return async (count) => void (await push(`loop-${count % amount(1, 10)}`, badImages['a crash']));
  },
};
