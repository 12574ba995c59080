import { everyPath } from './every-path.ts';
import { pinsImages } from './image-pin.ts';
import { guardsPins } from './image-pin-guard.ts';
import { appliesOnTheServer } from './server-side-apply.ts';
import { annotatesTemplates } from './template-annotation.ts';

/** Everything about writing. */
export const writes = [everyPath, pinsImages, guardsPins, annotatesTemplates, appliesOnTheServer];
