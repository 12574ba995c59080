import { bounds } from '@keelson/core';
import { badImages } from '../bad-images.ts';
import type { Feed, Run } from './feed.ts';
import { tenfold } from './feed.ts';

const bounded = { heldBy: 'packages/history/src/codec/bounded.test.ts' };
const kept = { heldBy: 'packages/history/src/workloads/kept.test.ts' };

/** A push that crashes with a log of ten times what is read, on lines without an end. */
const longLog: Run = async ({ push, deploy, available, checked, failed }, name) => {
  await push(name);
  await deploy(name, { replicas: 1 });
  await available(name);
  await checked(name);
  const log = `${'log '.repeat(bounds.logBytes / 4)}\n`.repeat(tenfold);
  await push(name, { labels: { ...badImages['a crash'].labels, 'sh.keelson.log': log } });
  await failed(1, [name]);
};

export const ofRollouts = {
  eventChars: longLog,
  events: { heldBy: 'packages/history/src/events/events.test.ts' },
  logLines: longLog,
  logBytes: longLog,
  logChars: longLog,
  lostPods: { heldBy: 'packages/kube/src/view/removed-jobs.test.ts' },
  steps: bounded,
  rolloutBytes: bounded,
  recordBytes: bounded,
  quarantined: bounded,
  removedWorkloads: kept,
} as const satisfies Readonly<Record<string, Feed>>;
