import { describe } from 'vitest';
import type { Harness } from '../harness.ts';
import { deletesPods } from './delete-pod.ts';
import { droppedLists } from './dropped-list.ts';
import { everyPath } from './every-path.ts';
import { fluxConfirms } from './flux-confirm.ts';
import { fluxEntries } from './flux-entries.ts';
import { fluxMadeAgain } from './flux-made-again.ts';
import { fluxPatches } from './flux-patches.ts';
import { fluxRemovesAll } from './flux-remove-all.ts';
import { forgesOwners } from './forgeries.ts';
import { helmConfirms } from './helm-confirm.ts';
import { helmEntries } from './helm-entries.ts';
import { holds } from './hold.ts';
import { pinsImages } from './image-pin.ts';
import { guardsPins } from './image-pin-guard.ts';
import { leftEntries } from './left-entries.ts';
import { provesOwners } from './owner.ts';
import { removesAll } from './remove-all.ts';
import { appliesOnTheServer } from './server-side-apply.ts';
import { keepsState } from './state.ts';
import { takesBackPins } from './taken-over.ts';
import { annotatesTemplates } from './template-annotation.ts';
import { pathCases } from './write-paths.ts';

const onePath = [pinsImages, guardsPins, annotatesTemplates, appliesOnTheServer, takesBackPins];
const anyPath = [everyPath, removesAll];
const besideFlux = [
  holds,
  provesOwners,
  forgesOwners,
  fluxEntries,
  fluxPatches,
  fluxConfirms,
  fluxMadeAgain,
  fluxRemovesAll,
  helmEntries,
  helmConfirms,
  leftEntries,
  droppedLists,
];

/** Everything about writing; `fluxMissing` says why there are no Kustomizations to write into. */
export function writing(harness: () => Harness, fluxMissing?: string): void {
  for (const part of [...onePath, keepsState, deletesPods]) part(harness);
  for (const part of anyPath)
    part(
      harness,
      pathCases.filter(({ needsFlux }) => !needsFlux),
    );
  const title = fluxMissing === undefined ? 'beside Flux' : `beside Flux (skipped: ${fluxMissing})`;
  describe.skipIf(fluxMissing !== undefined)(title, () => {
    for (const part of anyPath)
      part(
        harness,
        pathCases.filter(({ needsFlux }) => needsFlux),
      );
    for (const part of besideFlux) part(harness);
  });
}
