import type { ForgeEvent } from '@keelson/laptop';
import type { DemoEnvironment } from './environment.ts';
import { reconcile } from './flux.ts';
import type { Screen } from './screen.ts';

/** Has Flux reconcile whenever `main` was pushed, one reconciliation after the other: it is one controller. */
export function followMain(environment: DemoEnvironment, screen: Screen): (event: ForgeEvent) => void {
  let reconciling: Promise<unknown> = Promise.resolve();
  return (event) => {
    if (event.type !== 'pipeline' || event.branch !== 'main' || !['running', 'empty'].includes(event.state)) return;
    reconciling = reconciling
      .then(() => reconcile(environment, screen))
      .catch((error: unknown) => screen.line('failed', 'flux', error instanceof Error ? error.message : String(error)));
  };
}
