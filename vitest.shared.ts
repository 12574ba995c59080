import { defineConfig } from 'vitest/config';
import type { TestModule } from 'vitest/node';
import { JsonReporter } from 'vitest/node';

/** Vitest's own JSON, with the note of `context.skip(note)` as `meta.skipped`: why a test was skipped is part of the result. */
class ResultsReporter extends JsonReporter {
  override async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        if (result.state === 'skipped' && result.note) Object.assign(test.meta(), { skipped: result.note });
      }
    }
    await super.onTestRunEnd(modules);
  }
}

/** What every package's tests share; `test-results.json` is what the closing count is added up from. */
export const shared = defineConfig({
  test: {
    // A package's test files share a process and its modules: what a file changes it sets back.
    isolate: false,
    // Node imports the sources as it does in production. Vite would transform each of them first, and look every import up at run time.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', new ResultsReporter({ outputFile: 'test-results.json' })],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Machines are busy: only what never comes is to end a test.
    expect: { poll: { timeout: 60_000 } },
  },
});
