import type { WorkloadId } from '@keelson/core';
import { bounds, namespaceOf } from '@keelson/core';
import { checkRecord, digestRecord, toJson, workloadRecord } from '../codec/json.ts';
import type { Context } from '../context.ts';
import { removedKeptSeconds } from '../context.ts';
import { clipEvent } from '../events/events-for.ts';
import { ask, loadScript, run } from '../redis/script.ts';
import { removeSome } from '../rollouts/trim.ts';
import { fieldOf } from '../rollouts/workload-claim.ts';
import { splitRepository } from './find.ts';
import type { CheckRecord, DigestRecord, FoundDigest, WorkloadRecord, WorkloadState } from './types.ts';

const put = loadScript('event', 'put-workload');
const remove = loadScript('event', 'remove-workload');
const forget = loadScript('forget-workload');
const check = loadScript('event', 'put-check');
const adoption = loadScript('adopt');

export async function putWorkload({ redis, keys, now }: Context, record: WorkloadRecord): Promise<void> {
  const json = toJson(workloadRecord, record, `record of ${record.id}`);
  const images = record.containers.map(({ repository, tag = '' }) => {
    const { host, path } = splitRepository(repository);
    return `${path} ${host} ${tag}`;
  });
  await run(
    redis,
    put,
    [keys.workload(record.id), keys.workloads, keys.events, keys.removedIn(namespaceOf(record.id))],
    [
      now(),
      bounds.events,
      record.id,
      json,
      [...new Set(images)].join('\n'),
      keys.images,
      bounds.digestRecords,
      ...record.containers.map(({ name }) => fieldOf(name)),
    ],
  );
}

/** Of the workloads that were removed from its namespace, the history of the oldest ones is removed where there are too many. */
export async function removeWorkload(context: Context, id: WorkloadId): Promise<void> {
  const { redis, keys, now } = context;
  const removed = keys.removedIn(namespaceOf(id));
  await run(
    redis,
    remove,
    [keys.workload(id), keys.workloads, keys.events, removed],
    [now(), bounds.events, id, keys.images, removedKeptSeconds],
  );
  for (const old of await ask(redis.zrange(removed, '0', `${-1 - bounds.removedWorkloads}`))) {
    await removeSome(context, old, await ask(redis.zrange(keys.rolloutsOf(old), '0', '-1')));
    await run(redis, forget, [keys.workload(old), removed], [old]);
  }
}

export async function putCheck({ redis, keys, now }: Context, id: WorkloadId, record: CheckRecord): Promise<void> {
  const json = toJson(checkRecord, record, `check of ${id}`);
  await run(
    redis,
    check,
    [keys.workload(id), keys.events],
    [now(), bounds.events, id, json, record.code, clipEvent(record.message)],
  );
}

export async function adopt(
  { redis, keys }: Context,
  id: WorkloadId,
  digests: readonly FoundDigest[],
  knew?: Pick<WorkloadState, 'latest'>,
): Promise<void> {
  if (digests.length === 0) return;
  const fields = digests.flatMap(({ container, image, tag, digest, good = true, lastGood, written }) => {
    const back = good ? digest : lastGood;
    const record: DigestRecord = {
      image,
      tag,
      rolledOut: digest,
      ...(back && { lastGood: back }),
      ...(!good && { doubtful: true }),
      ...(written && { written }),
    };
    return [fieldOf(container), toJson(digestRecord, record, `digest of ${id}, container ${container}`)];
  });
  await run(redis, adoption, [keys.workload(id)], [removedKeptSeconds, knew ? '1' : '', knew?.latest ?? '', ...fields]);
}
