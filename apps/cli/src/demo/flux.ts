import type { DemoEnvironment } from './environment.ts';
import type { Screen } from './screen.ts';
import { app, takeFromGit } from './source.ts';

/**
 * Runs one reconciliation of `main` and prints its outcome. Returns what it changed, as `Deployment/myapp/myapp configured`; Flux' own message
 * where the reconciliation failed.
 */
export async function reconcile(
  environment: Pick<DemoEnvironment, 'forge' | 'flux'>,
  screen: Screen,
): Promise<readonly string[]> {
  const commit = (await takeFromGit(environment)).slice(0, 7);
  const [reconciled] = await environment.flux.reconcile();
  const actions = Object.entries(reconciled?.objects ?? {});
  if (reconciled?.reason !== 'ReconciliationSucceeded') {
    const why = reconciled?.message ?? 'no reconciliation took place';
    screen.line('failed', 'flux', why);
    return [why];
  }
  const changed = actions.filter(([, action]) => action !== 'unchanged').map(([name, action]) => `${name} ${action}`);
  const outcome =
    changed.length === 0
      ? `${actions.length} objects match git, nothing to change`
      : `${changed.length} of ${actions.length} objects written`;
  screen.line('flux', app, `main at ${commit} reconciled: ${outcome}`);
  return changed;
}
