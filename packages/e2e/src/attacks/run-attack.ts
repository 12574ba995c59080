import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import type { Attacker } from './attacker.ts';

export interface RunningAttack {
  /** Turns that were done so far. */
  readonly turns: number;
  /** Ends after the present turn. @throws what a turn threw */
  stop(): Promise<void>;
}

/** Begins an attack. Resolves after its first turn. */
export async function runAttack({ begin, everyMs = 1_000 }: Attack, attacker: Attacker): Promise<RunningAttack> {
  const turn = await begin(attacker);
  await turn(0);
  const ending = new AbortController();
  const { signal } = ending;
  let turns = 1;
  const running = (async () => {
    while (!signal.aborted) {
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await turn(turns);
      turns += 1;
    }
  })();
  // A turn that fails is reported when the attack is stopped.
  running.catch(() => undefined);
  return {
    get turns() {
      return turns;
    },
    async stop() {
      ending.abort();
      await running;
    },
  };
}
