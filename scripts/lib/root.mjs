import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Lock and logs of the setup. Beside node_modules, because an install may empty that. */
export const setupFolder = join(root, '.setup');
