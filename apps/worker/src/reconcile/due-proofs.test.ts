import type { Proof, WorkloadState } from '@keelson/history';
import { offsetFor } from '@keelson/queue';
import { expect, it } from 'vitest';
import { digestOf } from '../testing/values.ts';
import { dueProof } from './due-proofs.ts';

const [minute, hour] = [60_000, 3_600_000];
const image = 'ghcr.io/me/web';
const good = digestOf('a');
const offset = offsetFor(`${image}@${good}`, hour);
/** Ten minutes after the hour of this image began. */
const began = 500_000 * hour + offset;
const now = began + 10 * minute;
const proof = (over: Partial<Proof>): Readonly<Record<string, Proof>> => ({
  app: { image, digest: good, at: now, ...over },
});
const failed = { since: 1, code: 'timeout', message: 'No answer.' };

function due(over: Partial<WorkloadState>, at = now) {
  const record = { id: 'ns/deployment/web' } as WorkloadState['record'];
  const digests = { app: { image, tag: 'latest', rolledOut: good, lastGood: good } };
  return dueProof({ record, digests, quarantine: [], ...over }, at);
}

it.each<[string, Partial<WorkloadState>, object]>([
  ['was proven in this hour', { proofs: proof({ seenAt: began }) }, { at: began + hour, notBefore: began + hour }],
  ['was proven in the hour before', { proofs: proof({ seenAt: began - 1 }) }, { notBefore: began }],
  ['has no proof yet', {}, { at: began + hour }],
  ['did not answer', { proofs: proof({ at: now - minute, failed }) }, { at: now + 9 * minute }],
  ['did not answer long ago', { proofs: proof({ at: now - hour, failed }) }, { at: now, notBefore: now - 5 * minute }],
])('a digest that %s is requested at its time (law 15)', (_, state, expected) => {
  expect(due(state)).toMatchObject(expected);
});

it('nothing is requested where no digest is known to be good', () => {
  expect(due({ digests: {} })).toBeUndefined();
});

it('a digest that its tag was seen to mean in this hour is not requested', () => {
  const observed = [{ container: 'app', digest: good }];
  const check = { at: now, code: 'up-to-date', message: 'x', observed };
  expect(due({ check, proofs: proof({ seenAt: began - hour }) })).toEqual({
    at: began + hour,
    notBefore: began + hour,
  });
});

it('an overdue request follows within five minutes, the same for all workloads of an image', () => {
  const late = due({ proofs: proof({ seenAt: began - hour }) });
  expect(late?.at).toBeGreaterThan(now);
  expect(late?.at).toBeLessThanOrEqual(now + 5 * minute);
  expect(due({ proofs: proof({ seenAt: began - hour }) })).toEqual(late);
});

it('a thousand workloads on 500 images, none of which their tags mean, cost at most 500 requests an hour, spread over it (law 15)', () => {
  const images = Array.from({ length: 500 }, (_, index) => `ghcr.io/me/app-${index}`);
  const seen = new Map<string, number>();
  const requests: number[] = [];
  const stateOf = (name: string): WorkloadState => {
    const record = { id: 'ns/deployment/web' } as WorkloadState['record'];
    const seenAt = seen.get(name);
    const proofs = seenAt === undefined ? {} : { proofs: { app: { image: name, digest: good, at: seenAt, seenAt } } };
    return {
      record,
      digests: { app: { image: name, tag: 'latest', rolledOut: good, lastGood: good } },
      quarantine: [],
      ...proofs,
    };
  };
  // The holder of the lease queues each ten minutes; two workloads of an image share a request.
  for (let tick = began; tick < began + 12 * hour; tick += 10 * minute) {
    for (const name of [...images, ...images]) {
      const next = dueProof(stateOf(name), tick);
      if (!next || next.at >= tick + 10 * minute || (seen.get(name) ?? 0) >= next.notBefore) continue;
      seen.set(name, next.at);
      requests.push(next.at);
    }
  }
  const inHour = (from: number) => requests.filter((at) => at >= from && at < from + hour);
  for (let from = began + hour; from < began + 11 * hour; from += hour) {
    expect(inHour(from)).toHaveLength(500);
    const minutes = Array.from({ length: 6 }, (_, index) => from + index * 10 * minute);
    for (const at of minutes)
      expect(inHour(from).filter((one) => one >= at && one < at + 10 * minute).length).toBeLessThan(120);
  }
});
