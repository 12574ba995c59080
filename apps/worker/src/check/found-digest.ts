import type { FoundDigest, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { repositoryOf } from '@keelson/image';
import type { ContainerCheck } from './check-container.ts';

/**
 * What a check found on a container and no rollout knows of; undefined where the record is right already (law 14).
 *
 * A digest counts as good once healthy pods were seen to run it, in the check that finds a newer one as well, since the workload may have had no
 * other. Where Redis lost a write of Keelson's, the object has a digest that nobody verified: what was good before stays.
 */
export function foundDigest(
  { facts, digest, decision, works }: Pick<ContainerCheck, 'facts' | 'digest' | 'decision' | 'works'>,
  { digests }: Pick<WorkloadState, 'digests'>,
  ownPin: Digest | undefined,
): FoundDigest | undefined {
  const { name, reference } = facts;
  const record = digests[name]?.image === repositoryOf(reference) ? digests[name] : undefined;
  const has = decision.move?.from ?? digest;
  const good = works === true && facts.quarantined?.some((bad) => bad.digest === has) !== true;
  const isNew = decision.action === 'adopt';
  const isDoubtful = record?.doubtful === true && record.rolledOut === has && record.tag === reference.tag;
  const isForgotten =
    ownPin === has && record?.written !== undefined && record.rolledOut !== has && record.lastGood !== has;
  if (!isNew && !(isDoubtful && good) && !(isForgotten && (good || decision.action === 'roll-out'))) return undefined;
  return {
    container: name,
    image: repositoryOf(reference),
    tag: reference.tag ?? '',
    digest: has,
    good,
    ...(!good && record?.lastGood && { lastGood: record.lastGood }),
    ...(!isNew && record?.written && { written: record.written }),
  };
}
