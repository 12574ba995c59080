import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { TestEnv, TestEnvOptions } from './test-env.ts';
import { startTestEnv } from './test-env.ts';
import type { TestNamespace } from './test-namespace.ts';
import { openTestNamespace } from './test-namespace.ts';

/**
 * Starts a TestEnv for this test file, and opens a TestNamespace in it for each test. `begin` gets that namespace before the test and may
 * prepare it.
 */
export function useTestNamespace(
  begin: (ns: TestNamespace) => void | Promise<void>,
  options: TestEnvOptions = {},
): void {
  let env: TestEnv;
  let ns: TestNamespace;
  beforeAll(async () => {
    env = await startTestEnv(options);
  });
  afterAll(() => env.stop());
  beforeEach(async () => {
    ns = await openTestNamespace(env);
    await begin(ns);
  });
  afterEach(() => ns.close());
}
