import type { ImageVersion, Rollout, RolloutChange, Trigger, WorkloadState } from '@keelson/history';
import { isUnderWay } from '@keelson/history';
import { repositoryOf } from '@keelson/image';
import { imagePatch } from '@keelson/queue';
import type { ImageDescription } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import type { Look } from './look.ts';

/**
 * Carry out what was decided: begin a rollout, write down what was found running, or call off a rollout that nobody wants any more.
 * Returns the rollout that is under way afterwards, if any.
 */
export async function act(
  { history, producer }: Pick<Deps, 'history' | 'producer'>,
  state: WorkloadState,
  trigger: Trigger,
  looks: readonly Look[],
): Promise<Rollout | undefined> {
  const workload = state.record.id;
  const adopted = looks.filter(({ decision }) => decision.action === 'adopt');
  if (adopted.length > 0) {
    await history.adopt(
      workload,
      adopted.map(({ facts: { name, reference }, digest }) => ({
        container: name,
        image: repositoryOf(reference),
        tag: reference.tag ?? '',
        digest,
      })),
    );
  }

  const moving = looks.filter(({ decision }) => decision.action === 'roll-out');
  const [first] = moving;
  if (first) {
    const { rollout } = await history.begin({
      workload,
      changes: moving.map(changeOf),
      trigger,
      code: first.decision.code,
      reason: moving.map(({ decision }) => decision.sentence).join(' '),
    });
    if (rollout?.state === 'pending') await producer.add(imagePatch, { rollout: rollout.id });
    // Written already by somebody faster: then the newest one may long be at its end.
    return rollout && isUnderWay(rollout.state) ? rollout : undefined;
  }

  const active = state.active === undefined ? undefined : await history.rollout(state.active);
  if (active?.state !== 'pending') return active;
  const unwanted = active.changes.every(({ container, to }) =>
    looks.some(({ facts, digest }) => facts.name === container && digest !== to.digest),
  );
  if (!unwanted) return active;
  await history.transition(active.id, {
    from: ['pending'],
    to: 'cancelled',
    code: 'no-longer-wanted',
    message: 'The tag moved back before anything was written.',
  });
  return undefined;
}

function changeOf({ facts: { name, reference }, digest, decision, to, from }: Look): RolloutChange {
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
