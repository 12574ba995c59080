import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

/** The contract on the simulated cluster runs beside that on the real API server, for which the tests mostly wait. */
export default mergeConfig(shared, { test: { maxWorkers: 2 } });
