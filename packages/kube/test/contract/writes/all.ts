import { deletesPods } from './delete-pod.ts';
import { everyPath } from './every-path.ts';
import { fluxConfirms } from './flux-confirm.ts';
import { fluxEntries } from './flux-entries.ts';
import { fluxPatches } from './flux-patches.ts';
import { pinsImages } from './image-pin.ts';
import { guardsPins } from './image-pin-guard.ts';
import { releases } from './release.ts';
import { appliesOnTheServer } from './server-side-apply.ts';
import { keepsState } from './state.ts';
import { takesBackMarks } from './taken-over.ts';
import { annotatesTemplates } from './template-annotation.ts';

const onePath = [pinsImages, guardsPins, annotatesTemplates, appliesOnTheServer, takesBackMarks];
const besideFlux = [fluxEntries, fluxPatches, fluxConfirms];

/** Everything about writing. */
export const writes = [everyPath, ...onePath, ...besideFlux, releases, keepsState, deletesPods];
