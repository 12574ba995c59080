import { badImages } from '../bad-images.ts';
import type { Attack } from './attack.ts';
import { nothingMore } from './attack.ts';
import { numbered } from './attacker.ts';

/** More rollouts that fail within minutes than stop all of a cluster's. */
export const crashing: Attack = {
  name: 'has five rollouts fail at once',
  async begin({ deploy, push, checked, available, failed }) {
    const names = numbered('crash', 5);
    for (const name of names) {
      await push(name);
      await deploy(name, { replicas: 1 });
    }
    await Promise.all(names.map(available));
    await checked(...names);
    for (const name of names) await push(name, badImages['a crash']);
    // Whatever is stopped for that, the last ones may never begin.
    await failed(3, names);
    return nothingMore;
  },
};
