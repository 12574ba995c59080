import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { TestEnv, TestEnvOptions } from './test-env.ts';
import { startTestEnv } from './test-env.ts';
import type { TestNamespace } from './test-namespace.ts';
import { openTestNamespace } from './test-namespace.ts';

/** Registers a place for this test file, and a corner of it for each of its tests: `begin` is given that before the test, and may prepare it. */
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
