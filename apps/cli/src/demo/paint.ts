import pc from 'picocolors';
import { standardOutput } from '../output.ts';

/** Colours for a terminal only: picocolors alone would also paint what a CI job or a test reads. */
export const paint = pc.createColors(standardOutput().colors);
