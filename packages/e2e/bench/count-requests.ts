import type { ClusterName } from '../src/test-env.ts';
import { startTestEnv } from '../src/test-env.ts';
import { openTestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';

/** What Keelson asked of the API server for one rollout, by verb; the watches that stand anyway are not in it. */
export interface Requests {
  readonly rollout: 'good' | 'bad, and its rollback';
  readonly writes: number;
  readonly lists: number;
  readonly gets: number;
  /** `PATCH deployments`, `GET pods/log` … */
  readonly all: string;
}

const crash = { 'sh.keelson.outcome': 'crash' };

/** On the simulated cluster, that keeps a log of its requests. */
export async function countRequests(
  kind: Extract<ClusterName, 'simulated'> = 'simulated',
): Promise<readonly Requests[]> {
  const stage = await startTestEnv(kind);
  const ns = await openTestNamespace(stage);
  try {
    await ns.deployChecked('myapp', {
      annotations: { 'keel.sh/policy': 'force', 'keel.sh/trigger': 'default', 'keel.sh/match-tag': 'true' },
    });
    const during = async (rollout: Requests['rollout'], work: () => Promise<unknown>): Promise<Requests> => {
      const before = stage.apiLog()?.length ?? 0;
      await work();
      await ns.checkedAgain('myapp');
      const asked = (stage.apiLog() ?? []).slice(before).filter(({ query }) => query['watch'] === undefined);
      const isList = ({ method, path }: (typeof asked)[number]) => method === 'GET' && /\/[a-z]+s$/.test(path);
      const named = asked.map(({ method, path }) => `${method} ${resourceOf(path)}`);
      return {
        rollout,
        writes: asked.filter(({ method }) => method !== 'GET').length,
        lists: asked.filter(isList).length,
        gets: asked.filter((one) => one.method === 'GET' && !isList(one)).length,
        all: [...Map.groupBy(named, (name) => name)].map(([name, { length }]) => `${length} ${name}`).join(', '),
      };
    };
    return [
      await during('good', async () => {
        const pushed = await ns.push('latest');
        await ns.check('myapp');
        await ns.rolledOut('myapp', pushed);
      }),
      await during('bad, and its rollback', async () => {
        await ns.push('latest', crash);
        await ns.check('myapp');
        await waitUntil('it is rolled back', async () => {
          const [newest] = await ns.rollouts('myapp');
          return newest?.kind === 'rollback' && newest.state === 'succeeded';
        });
      }),
    ];
  } finally {
    await ns.close();
    await stage.stop();
  }
}

/** `/apis/apps/v1/namespaces/x/deployments/y` is about `deployments`, a log about `pods/log`. */
function resourceOf(path: string): string {
  const [resource = path, , sub] = path.split(/\/namespaces\/[^/]+\//)[1]?.split('/') ?? [path];
  return sub === undefined ? resource : `${resource}/${sub}`;
}
