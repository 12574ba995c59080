import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';
import { settings } from './vitest.config.ts';

/** The tests file by file, to work on some: `vitest run --config vitest.files.config.ts test/push.test.ts`. */
export default mergeConfig(shared, { test: { ...settings, maxWorkers: 2, exclude: ['test/clusters/**'] } });
