import type { Attack } from './attack.ts';
import { mark, numbered, password } from './attacker.ts';

const line = `${mark} postgres://u:${password}@db/x\n`;

/** Rollouts that fail one after the other, each with a long log. */
export const crashLogs: Attack = {
  name: 'crashes with a long log at each push',
  async begin({ deploy, push, checked, available, failed, amount }) {
    const names = numbered('log', amount(1, 5));
    for (const name of names) {
      await push(name);
      await deploy(name, { replicas: 1 });
    }
    await Promise.all(names.map(available));
    await checked(...names);
    const log = line.repeat(65_536 / line.length);
    const crash = (name: string) => push(name, { labels: { 'sh.keelson.outcome': 'crash', 'sh.keelson.log': log } });
    await crash('log-0');
    await failed(1, ['log-0']);
    return async (count) => void (await crash(`log-${count % amount(1, 5)}`));
  },
};
