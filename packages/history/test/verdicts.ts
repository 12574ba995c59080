import type { BeginResult, Consequences, History, Hold, QuarantineEntry, Rollout } from '../src/index.ts';
import { beginNew } from './begin-new.ts';
import { change, digest, image, rollout } from './samples.ts';

export const workload = 'myapp/deployment/myapp';

export function quarantined(seed: string, more: Partial<QuarantineEntry> = {}): QuarantineEntry {
  return {
    container: 'app',
    image,
    tag: 'latest',
    digest: digest(seed),
    code: 'crash-loop',
    message: `${seed} crashes.`,
    at: 1_795_000_000_000,
    ...more,
  };
}

export const paused: Hold = { code: 'paused', message: 'A user paused it.', at: 1_795_000_000_000 };

/** The consequences of a bad push: its quarantine, and the rollback to the good digest. */
export function back(bad: string, good: string): Consequences {
  return {
    quarantine: [quarantined(bad)],
    rollback: { changes: [change(bad, good)], trigger: 'verdict', code: 'crash-loop', message: `${bad} crashes.` },
  };
}

/** A manual rollback. */
export function byHand(from: string, to: string) {
  return { ...rollout(from, to), kind: 'rollback', trigger: 'manual', code: 'manual' } as const;
}

/** Begins an update and writes it. */
export async function written(history: History, from: string, to: string, of = workload): Promise<Rollout> {
  const { rollout: begun } = await beginNew(history, rollout(from, to, of));
  return moved(history.transition(begun.id, { from: ['pending'], to: 'verifying', code: 'written' }));
}

export async function moved(step: Promise<Rollout | undefined>): Promise<Rollout> {
  const rollout = await step;
  if (rollout === undefined) throw new Error('Another caller moved the rollout.');
  return rollout;
}

export function fail(history: History, id: string, consequences?: Consequences): Promise<Rollout | undefined> {
  return history.transition(id, {
    from: ['pending', 'verifying'],
    to: 'failed',
    code: 'crash-loop',
    message: 'It crashes.',
    ...(consequences && { consequences }),
  });
}

export function created(result: BeginResult): Rollout {
  if (result.outcome !== 'created') throw new Error(`It is ${result.outcome}.`);
  return result.rollout;
}
