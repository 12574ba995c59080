import { expect, it } from 'vitest';
import { registryPoll } from './functions.ts';

const workload = 'myapp/deployment/myapp';

it('registry-poll has another key for a tick than for a check that must be fresh', () => {
  const tick = registryPoll.key({ workload, trigger: 'poll' });
  const hint = registryPoll.key({ workload, trigger: 'webhook', notBefore: 1 });

  expect(tick).not.toBe(hint);
  expect(
    registryPoll.key({ workload, trigger: 'manual', notBefore: 2 }),
    'of two fresh checks the newest is enough',
  ).toBe(hint);
});
