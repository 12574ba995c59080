import { expect, it } from 'vitest';
import { ManifestBudget } from './manifest-budget.ts';

it('a 429 that one namespace gets pauses manifests for no other one (law 17)', () => {
  const budget = new ManifestBudget(() => 0);
  const of = (share: string) => ({ host: 'registry.test', who: 'anonymous', share });

  budget.note(of('tenant'), 'GET', 429, {});

  expect(budget.retryAt(of('tenant'))).toBe(60_000);
  expect(budget.retryAt(of('victim'))).toBeUndefined();
  expect(budget.hasSpare(of('victim'))).toBe(true);
});
