import { expect, it } from 'vitest';
import { finish } from './begin-new.ts';
import { holdScripts } from './held.ts';
import { useHistory } from './opened.ts';
import { digest, image, rollout } from './samples.ts';

const redis = useHistory();
const workload = 'myapp/deployment/myapp';

it.each([
  ['for the first time', []],
  ['after others', [{ container: 'app', image, tag: 'latest', digest: digest('a') }]],
])('a late worker begins no second rollout of a digest that was written %s (law 4)', async (_, known) => {
  const history = redis.open();
  await history.adopt(workload, known);
  await using held = await holdScripts(redis.server.url);
  const late = redis.open({ redis: held.url });
  const beginning = late.begin(rollout('a', 'b'));
  await held.waiting;
  const ended = await finish(history, rollout('a', 'b'));
  held.letThrough();

  expect(await beginning).toEqual({ outcome: 'done', rollout: ended });
  expect((await history.rollouts({})).items).toEqual([ended]);
  expect(await history.active()).toEqual([]);
});
