import type { Attack } from './attack.ts';
import { numbered } from './attacker.ts';

const keys = (prefix: string) => Object.fromEntries(numbered(`keelson.sh/${prefix}`, 9_000).map((key) => [key, '']));

/** Thousands of annotations that Keelson does not know. */
export const annotationKeys: Attack = {
  name: 'has 9,000 unknown annotations on a workload',
  async begin({ deploy, known, amount, annotate }) {
    const names = numbered('keys', amount(1, 5));
    for (const name of names) await deploy(name, { annotations: keys('a') });
    await Promise.all(names.map(known));
    return async (count) => {
      await annotate(`keys-${count % amount(1, 5)}`, { 'keelson.sh/turn': `${count}` });
    };
  },
};
