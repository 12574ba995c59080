import type {
  BeginResult,
  DigestRecord,
  ImageVersion,
  NewRollout,
  Rollout,
  RolloutChange,
  Stop,
  Trigger,
  WorkloadState,
} from '@keelson/history';
import { isUnderWay } from '@keelson/history';
import { parseReference, repositoryOf } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { ownPinsOf } from '@keelson/kube';
import { imagePatch, rolloutVerify } from '@keelson/queue';
import type { ImageDescription } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import type { ContainerCheck } from './check-container.ts';
import type { FailedCheck, WorkloadCheck } from './check-workload.ts';
import { foundDigest } from './found-digest.ts';
import { returnedPush } from './returned-push.ts';
import { unhealthyBefore } from './unhealthy-before.ts';

/** The code of a check that rolls nothing out since the tag of another container is gone. */
export const otherTagGone = 'other-tag-gone';

/** The state after the decisions of a check were carried out. */
export interface Outcome {
  /** The rollout that is under way. */
  readonly active?: Rollout | undefined;
  /** The rollout that no pod has proven yet. */
  readonly unproven?: Rollout | undefined;
  /** Why no rollout began though one was due: the workload was put on hold, its namespace or the whole cluster was stopped, or the digest quarantined, in the same moment. */
  readonly refused?: { readonly code: string; readonly message: string };
  /** A rollout began since the state was read: nothing was done, and the workload is to be checked anew. */
  readonly overtaken?: true;
}

/** Carries out what was decided: begins a rollout, records what was found running, or cancels a rollout that is no longer wanted. */
export async function act(
  { history, producer, view }: Pick<Deps, 'history' | 'producer' | 'view'>,
  live: Workload,
  state: WorkloadState,
  trigger: Trigger,
  { containers, failures }: Pick<WorkloadCheck, 'containers' | 'failures'>,
): Promise<Outcome> {
  const workload = state.record.id;
  const pins = new Map(ownPinsOf(live).map(({ container, digest }) => [container, digest]));
  const returned = await returnedPush({ history }, live, state, containers);
  const isReturned = ({ facts: { name } }: ContainerCheck) => returned?.changes.some((one) => one.container === name);
  const found = containers.filter((one) => !isReturned(one));
  await history.adopt(
    workload,
    found.flatMap((one) => foundDigest(one, state, pins.get(one.facts.name)) ?? []),
    state,
  );

  const moving = containers.filter(({ decision }) => decision.action === 'roll-out');
  const [first] = moving;
  const gone = first && tagsGone(state, failures);
  if (gone) return { refused: gone };
  if (first) {
    const unhealthy = unhealthyBefore(view, live, state, moving);
    return begin(
      { history, producer },
      {
        workload,
        changes: moving.map(changeOf),
        trigger,
        knew: state,
        code: first.decision.code,
        message: moving.map(({ decision }) => decision.message).join(' '),
        // It was written before, and does not run.
        again: moving.some(({ decision }) => decision.code === 'running-another-digest'),
        ...(unhealthy !== undefined && { unhealthyBefore: unhealthy }),
      },
    );
  }

  if (returned) return begin({ history, producer }, { workload, trigger, knew: state, ...returned });

  // One that cannot be read does not stop the check: the next push supersedes it.
  const read = async (id: string) => (await history.rolloutsById([id])).get(id);
  if (state.unproven !== undefined) {
    // Pods may have appeared, or what they run may be known now (law 14).
    await producer.add(rolloutVerify, { workload, rollout: state.unproven });
    return { unproven: await read(state.unproven) };
  }
  const active = state.active === undefined ? undefined : await read(state.active);
  // A rollback does not depend on what the tag means.
  if (active?.state !== 'pending' || active.kind === 'rollback') return { active };
  const unwanted = active.changes.every(({ container, to }) =>
    containers.some(({ facts, digest }) => facts.name === container && digest !== to.digest),
  );
  if (!unwanted) return { active };
  await history.transition(active.id, {
    from: ['pending'],
    to: 'cancelled',
    code: 'no-longer-wanted',
    message: 'The tag moved back before anything was written.',
  });
  return {};
}

async function begin({ history, producer }: Pick<Deps, 'history' | 'producer'>, wanted: NewRollout): Promise<Outcome> {
  const begun = await history.begin(wanted);
  if (begun.outcome === 'overtaken') return { overtaken: true };
  const refused = refusal(begun);
  if (refused) return { refused };
  const rollout = 'rollout' in begun ? begun.rollout : undefined;
  if (rollout?.state === 'pending') await producer.add(imagePatch, { workload: rollout.workload, rollout: rollout.id });
  // Another worker was faster and has written it already: then the newest rollout may have ended since.
  return rollout && isUnderWay(rollout.state) ? { active: rollout } : {};
}

/**
 * Why nothing begins where the tag of another container is no longer in the registry: no new pod could start. A tag that the registry never
 * answered is not known to be gone, since nodes may have credentials that Keelson has not.
 */
function tagsGone({ digests }: WorkloadState, failures: readonly FailedCheck[]): Outcome['refused'] {
  const gone = failures.filter(
    ({ code, container, image }) => code === 'not-found' && wasThere(digests[container], image),
  );
  if (gone.length === 0) return undefined;
  const which = gone.map(({ container, image }) => `container ${container} (${image})`).join(', ');
  const message = `Nothing is rolled out while the registry does not have the image of ${which}, since no new pod could start: push it again, or remove the container.`;
  return { code: otherTagGone, message };
}

/** Whether the registry answered this very tag before. */
function wasThere(record: DigestRecord | undefined, image: string): boolean {
  const { tag = '', ...reference } = parseReference(image);
  return record?.image === repositoryOf(reference) && record.tag === tag;
}

function refusal(begun: BeginResult): Outcome['refused'] {
  switch (begun.outcome) {
    case 'on-hold':
      return { code: 'on-hold', message: begun.hold.message };
    case 'stopped':
      return { code: codeOfStop(begun.stop), message: begun.stop.message };
    case 'quarantined':
      return { code: 'quarantined', message: begun.entries.map(({ message }) => message).join(' ') };
    default:
      return undefined;
  }
}

/** All rollouts are stopped, or those of the namespace. */
function codeOfStop({ namespace }: Stop): string {
  return namespace === undefined ? 'stopped' : 'namespace-stopped';
}

function changeOf({ facts: { name, reference }, digest, decision, to, from }: ContainerCheck): RolloutChange {
  const tag = reference.tag === undefined ? {} : { tag: reference.tag };
  const old = decision.move?.from;
  return {
    container: name,
    image: repositoryOf(reference),
    from: old === undefined ? {} : { ...tag, digest: old, ...versionOf(from) },
    to: { ...tag, digest, ...versionOf(to) },
  };
}

function versionOf(description: ImageDescription | undefined): ImageVersion {
  if (!description) return {};
  const { revision, created, version, source } = description.labels;
  return {
    ...(revision !== undefined && { commit: revision }),
    ...(created !== undefined && { built: created }),
    ...(version !== undefined && { version }),
    ...(source !== undefined && { source }),
  };
}
