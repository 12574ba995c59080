import { defineConfig } from 'vitest/config';

/** What every package's tests share; `test-results.json` is what the closing count is added up from. */
export const shared = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results.json' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
