import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

/** The tests mostly wait: for the next tick, for the end of a lease. Each worker has a Redis of its own. */
export default mergeConfig(shared, { test: { maxWorkers: 3 } });
