import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { digest, image, record } from '../../test/samples.ts';
import type { Proof, WorkloadState } from './types.ts';
import { lastSeenAt, wayBackWarnings } from './way-back.ts';

const now = 1_795_000_000_000;
const minute = 60_000;
const good = digest('good');
const id = 'myapp/deployment/myapp';
const digests = { app: { image, tag: 'latest', rolledOut: good, lastGood: good } };
const proof = (over: Partial<Proof> = {}): Proof => ({ image, digest: good, at: now, ...over });
const failed = (code: string, since = now) => ({ since, code, message: 'It answered 503.' });
const checked = (of: string, at = now) => ({
  at,
  code: 'x',
  message: 'y',
  observed: [{ container: 'app', digest: digest(of) }],
});

function warned(known: Partial<WorkloadState>): string | undefined {
  const warnings = wayBackWarnings({ record: record(id), digests, ...known }, now);
  expect(warnings.map(({ code }) => code)).toEqual(warnings.map(() => 'way-back-at-risk'));
  return warnings[0]?.message;
}

it.each<[string, Partial<WorkloadState>]>([
  ['was proven within the hour', { proofs: { app: proof({ seenAt: now - 59 * minute }) } }],
  ['is what the tag means', { check: checked('good') }],
  [
    'failed to answer for a moment',
    { proofs: { app: proof({ seenAt: now - 59 * minute, failed: failed('timeout') }) } },
  ],
  ['was not requested yet', {}],
  ['is being replaced', { check: checked('next'), active: 'r', proofs: { app: proof({ seenAt: now }) } }],
  [
    'is not what an old proof is about',
    { proofs: { app: proof({ digest: digest('old'), failed: failed('not-found') }) } },
  ],
  [
    'is of a container that was renamed',
    { record: record(id, { containers: [] }), proofs: { app: proof({ failed: failed('not-found') }) } },
  ],
  [
    'is of a workload that is not followed, so that nobody requests it',
    { record: record(id, { notFollowed: true }), proofs: { app: proof({ seenAt: now - 80 * minute }) } },
  ],
  ['is there again', { check: checked('good'), proofs: { app: proof({ at: now - 1, failed: failed('not-found') }) } }],
])('no warning says that the way back is at risk when the last good image %s (law 15)', (_, known) => {
  expect(warned(known)).toBeUndefined();
});

it.each<[string, Partial<WorkloadState>, RegExp]>([
  [
    'is gone',
    { proofs: { app: proof({ seenAt: now - 90 * minute, failed: failed('not-found', now - 30 * minute) }) } },
    /no longer in its registry, which answered so first at 2026-11-18T10:36:40\.000Z; it was last seen there at 2026-11-18T09:36:40\.000Z\. A rollback to it fails/,
  ],
  [
    'cannot be requested',
    { proofs: { app: proof({ seenAt: now - 80 * minute, failed: failed('unavailable') }) } },
    /is not known; it was last seen there at .* It answered 503\. That does not prove that it is gone/,
  ],
  [
    'could never be requested',
    { proofs: { app: proof({ failed: failed('unauthorized', now - 80 * minute) }) } },
    /is not known\. It answered 503\. That does not prove/,
  ],
  [
    'is requested by nobody',
    { proofs: { app: proof({ at: now - 80 * minute, seenAt: now - 80 * minute }) } },
    /is not known; it was last seen .* is a worker running\?/,
  ],
  [
    'has no tag any more',
    { check: checked('bad'), proofs: { app: proof({ seenAt: now }) } },
    /may be deleted: its tag latest has moved on to .* That is a guess/,
  ],
])('a warning says what is known when the last good image %s (law 15)', (_, known, message) => {
  expect(warned(known)).toMatch(message);
});

it('lastSeenAt takes the newest of proof and check', () => {
  expect(lastSeenAt('app', { digests, check: checked('good', 5), proofs: { app: proof({ seenAt: 7 }) } })).toBe(7);
  expect(lastSeenAt('app', { digests, check: checked('good', 9), proofs: { app: proof({ seenAt: 7 }) } })).toBe(9);
  expect(lastSeenAt('app', { digests, check: checked('bad', 9) })).toBeUndefined();
});

const redis = useHistory();

it('putProofs stores the proofs, which the workload shows as warnings, with an event when these change', async () => {
  const history = redis.open({ now: () => now });
  const id = 'myapp/deployment/myapp';
  await history.putProofs(id, { app: proof() });
  expect(await redis.raw.keys('*'), 'nothing without a record').toEqual([]);
  await history.putWorkload(record(id));
  await history.adopt(id, [{ container: 'app', image, tag: 'latest', digest: good }]);
  const after = await history.lastEventId();

  await history.putProofs(id, { app: proof({ failed: failed('not-found') }) });
  await history.putProofs(id, { app: proof({ failed: failed('not-found') }) });
  expect((await history.workload(id))?.record.warnings).toMatchObject([{ code: 'way-back-at-risk' }]);
  expect((await history.workloads())[0]?.record.warnings).toHaveLength(1);
  await history.putProofs(id, { app: proof({ seenAt: now }) });

  expect(await history.workload(id)).toMatchObject({ record: { warnings: [] }, proofs: { app: { seenAt: now } } });
  expect((await history.events(after)).map(({ type, name, message }) => [type, name, message])).toEqual([
    ['workload', 'changed', expect.stringContaining('no longer in its registry')],
    ['workload', 'changed', 'The last good image was seen in its registry again.'],
  ]);
});
