import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

/** Whole clusters at work: slower than anything else. They mostly wait, so some at a time; more would slow each other. */
export default mergeConfig(shared, { test: { maxWorkers: 3 } });
