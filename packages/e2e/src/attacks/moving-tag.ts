import type { Attack } from './attack.ts';

/** A tag that is pushed again before its last push could be verified. */
export const movingTag: Attack = {
  name: 'moves its tag each second',
  async begin({ deploy, push, checked, available }) {
    await push('moving');
    await deploy('moving', { replicas: 1 });
    await available('moving');
    await checked('moving');
    return async () => void (await push('moving'));
  },
};
