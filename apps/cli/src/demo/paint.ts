import { standardOutput } from '../output.ts';

/** Colours for a terminal only. */
export const { paint } = standardOutput();
