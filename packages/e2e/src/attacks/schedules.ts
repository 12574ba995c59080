import type { Attack } from './attack.ts';
import { nothingMore } from './attack.ts';
import { numbered } from './attacker.ts';

/** Many workloads that are to be checked each second. */
export const schedules: Attack = {
  name: 'has many workloads checked each second',
  async begin({ deploy, push, checked, amount }) {
    const names = numbered('often', amount(20, 300));
    for (const name of names) {
      await push(name);
      await deploy(name);
    }
    await checked(...names);
    return nothingMore;
  },
};
