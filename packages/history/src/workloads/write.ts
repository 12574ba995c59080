import type { WorkloadId } from '@keelson/core';
import { clipText } from '../codec/clip.ts';
import { checkRecord, digestRecord, toJson, workloadRecord } from '../codec/json.ts';
import type { Context } from '../context.ts';
import { eventsKept, removedKeptSeconds } from '../context.ts';
import { loadScript, run } from '../redis/script.ts';
import { fieldOf } from '../rollouts/workload-claim.ts';
import { splitRepository } from './find.ts';
import type { CheckRecord, DigestRecord, FoundDigest, WorkloadRecord, WorkloadState } from './types.ts';

const put = loadScript('event', 'put-workload');
const remove = loadScript('event', 'remove-workload');
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
    [keys.workload(record.id), keys.workloads, keys.events],
    [now(), eventsKept, record.id, json, [...new Set(images)].join('\n'), keys.images],
  );
}

export async function removeWorkload({ redis, keys, now }: Context, id: WorkloadId): Promise<void> {
  await run(
    redis,
    remove,
    [keys.workload(id), keys.workloads, keys.events],
    [now(), eventsKept, id, keys.images, removedKeptSeconds],
  );
}

export async function putCheck({ redis, keys, now }: Context, id: WorkloadId, record: CheckRecord): Promise<void> {
  const json = toJson(checkRecord, record, `check of ${id}`);
  await run(
    redis,
    check,
    [keys.workload(id), keys.events],
    [now(), eventsKept, id, json, record.code, clipText(record.message)],
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
