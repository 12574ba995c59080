import { createWrites } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import { offsetFor } from '@keelson/queue';
import { describe, expect, it } from 'vitest';
import { noCluster } from '../testing/no-cluster.ts';
import { container, workload } from '../testing/values.ts';
import { wantedSchedule } from './wanted-schedule.ts';
import { workloadRecord } from './workload-record.ts';

async function wanted(annotations: Record<string, string>, image = 'ghcr.io/me/web:latest') {
  const subject = workload({ annotations, containers: [container('app', image)] });
  const intent = readIntent(subject);
  return wantedSchedule(intent, await workloadRecord(subject, intent, createWrites(noCluster)));
}

const poll = { 'keel.sh/policy': 'force', 'keel.sh/trigger': 'poll' };

describe('wantedSchedule', () => {
  it.each<[string, Record<string, string>, object]>([
    ['each minute', { ...poll, 'keel.sh/poll-schedule': '@every 1m' }, { type: 'every', ms: 60_000 }],
    ['each 90 seconds', { ...poll, 'keel.sh/pollSchedule': '@every 90s' }, { type: 'every', ms: 90_000 }],
    ['nightly', { ...poll, 'keel.sh/pollSchedule': '0 3 * * *' }, { type: 'cron', pattern: '0 3 * * *' }],
  ])('wantedSchedule polls %s', async (_, annotations, schedule) => {
    expect(await wanted(annotations)).toMatchObject({ schedule });
  });

  it.each<[string, Record<string, string>, string?]>([
    ['no policy', { 'keel.sh/trigger': 'poll' }],
    ['policy never', { ...poll, 'keel.sh/policy': 'never' }],
    ['a policy that is not built yet', { ...poll, 'keel.sh/policy': 'major' }],
    ['no poll trigger', { 'keel.sh/policy': 'force' }],
    ['no container that can be followed', poll, 'not//an//image'],
  ])('wantedSchedule polls nothing for %s', async (_, annotations, image) => {
    expect(await wanted(annotations, image)).toBeUndefined();
  });

  it('wantedSchedule gives workloads of one image the same offset in the interval, whatever their names', async () => {
    const offset = (await wanted(poll))?.offsetMs;

    expect(offset).toBe(offsetFor('ghcr.io/me/web:latest', 60_000));
    expect((await wanted(poll, `ghcr.io/me/web:latest@sha256:${'a'.repeat(64)}`))?.offsetMs).toBe(offset);
    expect((await wanted(poll, 'ghcr.io/me/web:dev'))?.offsetMs).not.toBe(offset);
  });

  it('wantedSchedule gives a cron schedule no offset', async () => {
    expect((await wanted({ ...poll, 'keel.sh/pollSchedule': '0 3 * * *' }))?.offsetMs).toBe(0);
  });
});
