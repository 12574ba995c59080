import { mergeConfig } from 'vitest/config';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';
import { shared } from '../../vitest.shared.ts';

/** The files that take longest, the longest first: begun last, one of them would run on alone when all others have ended. */
const longest = [
  'random/random.test.ts',
  'story/without-policy.test.ts',
  'baseline.test.ts',
  'kill.test.ts',
  'story/signals.test.ts',
  'several.test.ts',
  'story/next-path.test.ts',
  'quarantine.test.ts',
  'story/guard.test.ts',
  'example-app.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((name) => moduleId.endsWith(`/test/${name}`));
      return found === -1 ? longest.length : found;
    };
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

/**
 * Whole clusters at work, one TestEnv for each worker of Vitest. The tests mostly wait, so several of a file run at a time; with more of them
 * they would slow each other.
 */
export default mergeConfig(shared, {
  test: {
    testTimeout: 120_000,
    teardownTimeout: 60_000,
    maxWorkers: 2,
    maxConcurrency: 8,
    sequence: { sequencer: LongestFirst },
  },
});
