import type { Attack } from './attack.ts';
import { numbered } from './attacker.ts';

/** Notifications of many names each, none of which was sent before. */
export const notifications: Attack = {
  name: 'sends notifications of a thousand names each',
  async begin({ notify, namespace, amount }) {
    const most = amount(100, 1_000);
    return async (count) => notify(numbered(`${namespace}/${count}/app`, most));
  },
  everyMs: 24,
};
