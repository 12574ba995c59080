import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

export const settings = {
  // Waiting for the admission policy to come or go is part of it: other tests that need it otherwise may take long on a busy machine.
  testTimeout: 900_000,
  teardownTimeout: 60_000,
  maxConcurrency: 4,
};

/**
 * Whole clusters at work: a process for each, which imports all files that have tests for it and runs them at once, as they mostly wait. Beside
 * them what needs no cluster of theirs.
 */
export default mergeConfig(shared, {
  test: {
    ...settings,
    isolate: true,
    maxWorkers: 3,
    exclude: ['test/{story,random,reapply}/**', 'test/!(access|bounds|scaling).test.ts'],
  },
});
