import type { Place } from './place.ts';
import type { Screen } from './screen.ts';
import { APP, takeFromGit } from './source.ts';

/**
 * One reconciliation of `main`, told to the screen. Returns what it changed, as `Deployment/myapp/myapp configured`; what Flux says itself
 * where it did not come to its end.
 */
export async function reconcile(place: Pick<Place, 'forge' | 'flux'>, screen: Screen): Promise<readonly string[]> {
  const commit = (await takeFromGit(place)).slice(0, 7);
  const [reconciled] = await place.flux.reconcile();
  const actions = Object.entries(reconciled?.objects ?? {});
  if (reconciled?.reason !== 'ReconciliationSucceeded') {
    const why = reconciled?.message ?? 'it gave no answer';
    screen.line('failed', 'flux', why);
    return [why];
  }
  const changed = actions.filter(([, action]) => action !== 'unchanged').map(([name, action]) => `${name} ${action}`);
  const outcome =
    changed.length === 0
      ? `${actions.length} objects are as git says, nothing to change`
      : `${changed.length} of ${actions.length} objects written`;
  screen.line('flux', APP, `main at ${commit} reconciled: ${outcome}`);
  return changed;
}
