import { expect, it } from 'vitest';
import { registryPoll } from './functions.ts';

const workload = 'myapp/deployment/myapp';

it('keeps a tick from taking the place of a look that somebody wants to be fresh', () => {
  const tick = registryPoll.key({ workload, trigger: 'poll' });
  const hint = registryPoll.key({ workload, trigger: 'webhook', notBefore: 1 });

  expect(tick).not.toBe(hint);
  expect(registryPoll.key({ workload, trigger: 'manual', notBefore: 2 }), 'the newest of them will do').toBe(hint);
});
