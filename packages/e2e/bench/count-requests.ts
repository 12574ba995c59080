import { openScene } from '../src/scene.ts';
import type { StageKind } from '../src/stage.ts';
import { startStage } from '../src/stage.ts';
import { until } from '../src/until.ts';

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
export async function countRequests(kind: Extract<StageKind, 'simulated'> = 'simulated'): Promise<readonly Requests[]> {
  const stage = await startStage(kind);
  const scene = await openScene(stage);
  try {
    await scene.watching('myapp', {
      annotations: { 'keel.sh/policy': 'force', 'keel.sh/trigger': 'default', 'keel.sh/match-tag': 'true' },
    });
    const during = async (rollout: Requests['rollout'], work: () => Promise<unknown>): Promise<Requests> => {
      const before = stage.apiLog()?.length ?? 0;
      await work();
      await scene.lookedAgain('myapp');
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
        const pushed = await scene.push('latest');
        await scene.ask('myapp');
        await scene.rolledOut('myapp', pushed);
      }),
      await during('bad, and its rollback', async () => {
        await scene.push('latest', crash);
        await scene.ask('myapp');
        await until('it is rolled back', async () => {
          const [newest] = await scene.rollouts('myapp');
          return newest?.kind === 'rollback' && newest.state === 'succeeded';
        });
      }),
    ];
  } finally {
    await scene.close();
    await stage.stop();
  }
}

/** `/apis/apps/v1/namespaces/x/deployments/y` is about `deployments`, a log about `pods/log`. */
function resourceOf(path: string): string {
  const [resource = path, , sub] = path.split(/\/namespaces\/[^/]+\//)[1]?.split('/') ?? [path];
  return sub === undefined ? resource : `${resource}/${sub}`;
}
