import type { WorkloadRecord } from '@keelson/history';
import type { Intent } from '@keelson/policy';
import { isFollowed } from '@keelson/policy';
import type { WantedSchedule } from '@keelson/queue';
import { offsetFor } from '@keelson/queue';

/**
 * When a workload is polled. The offset within the interval is derived from the image, so that workloads that share an image are checked together
 * and different images are spread over the interval. undefined: not polled.
 */
export function wantedSchedule(intent: Intent, record: WorkloadRecord): WantedSchedule | undefined {
  const [first] = record.containers;
  if (!isFollowed(intent) || intent.trigger !== 'poll' || !first) return undefined;
  const { schedule } = intent;
  const offsetMs = schedule.type === 'every' ? offsetFor(`${first.repository}:${first.tag ?? ''}`, schedule.ms) : 0;
  return { schedule, offsetMs };
}
