import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

/** Whole clusters at work: slower than anything else, and one file at a time, so that they do not slow each other. */
export default mergeConfig(shared, { test: { testTimeout: 120_000, fileParallelism: false } });
