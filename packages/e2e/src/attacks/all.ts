import { annotationKeys } from './annotation-keys.ts';
import type { Attack } from './attack.ts';
import { churnedPods } from './churned-pods.ts';
import { claimedOwner } from './claimed-owner.ts';
import { crashLogs } from './crash-logs.ts';
import { crashLoops } from './crash-loops.ts';
import { crashing } from './crashing.ts';
import { forgedControllers } from './forged-controllers.ts';
import { forgedState } from './forged-state.ts';
import { hangingRegistry } from './hanging-registry.ts';
import { indexes } from './indexes.ts';
import { labels } from './labels.ts';
import { localAddresses } from './local-addresses.ts';
import { missingImages } from './missing-images.ts';
import { movingTag } from './moving-tag.ts';
import { notifications } from './notifications.ts';
import { patterns } from './patterns.ts';
import { poorCopies } from './poor-copies.ts';
import { pullSecrets } from './pull-secrets.ts';
import { refusedSecrets } from './refused-secrets.ts';
import { renamedWorkloads } from './renamed-workloads.ts';
import { schedules } from './schedules.ts';

/** Every attack, for the test of tenants and the benchmark. */
export const attacks: readonly Attack[] = [
  patterns,
  labels,
  indexes,
  annotationKeys,
  notifications,
  hangingRegistry,
  schedules,
  missingImages,
  refusedSecrets,
  crashing,
  movingTag,
  crashLogs,
  crashLoops,
  forgedState,
  claimedOwner,
  pullSecrets,
  poorCopies,
  localAddresses,
  forgedControllers,
  churnedPods,
  renamedWorkloads,
];
