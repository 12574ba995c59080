import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

/** The tests wait half of their time, for pods and for Redis. Each file has a registry and a cluster of its own. */
export default mergeConfig(shared, { test: { maxWorkers: 2 } });
