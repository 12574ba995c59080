import type { ForgeEvent } from '@keelson/laptop';
import { reconcile } from './flux.ts';
import type { Place } from './place.ts';
import type { Screen } from './screen.ts';

/** Flux looks at git again when `main` was pushed. One pass at a time: it is one controller. */
export function followMain(place: Place, screen: Screen): (event: ForgeEvent) => void {
  let passes: Promise<unknown> = Promise.resolve();
  return (event) => {
    if (event.type !== 'pipeline' || event.branch !== 'main' || !['running', 'empty'].includes(event.state)) return;
    passes = passes
      .then(() => reconcile(place, screen))
      .catch((error: unknown) => screen.line('failed', 'flux', error instanceof Error ? error.message : String(error)));
  };
}
