import type { Attack } from './attack.ts';
import { mark, numbered } from './attacker.ts';

const line = `${mark} postgres://u:hunter2@db/x `;

/** Rollouts that fail one after the other, each with a long log. */
export const crashLogs: Attack = {
  name: 'crashes with a long log at each push',
  async begin({ deploy, push, checked, available, amount }) {
    const names = numbered('log', amount(1, 5));
    for (const name of names) {
      await push(name);
      await deploy(name, { replicas: 1 });
    }
    await Promise.all(names.map(available));
    await checked(...names);
    return async (count) => {
      const log = line.repeat(65_536 / line.length);
      await push(`log-${count % amount(1, 5)}`, { labels: { 'sh.keelson.outcome': 'crash', 'sh.keelson.log': log } });
    };
  },
};
