import type { TestEnv } from '../test-env.ts';
import type { Run } from './run.ts';
import { runSequence } from './run.ts';
import type { Setting } from './steps.ts';
import { fluxSettings, linesOf, sequencesOf } from './steps.ts';

export interface Plan {
  readonly seed: number;
  /** How many sequences in each setting. */
  readonly runs: number;
  /** @default all */
  readonly settings?: readonly Setting[];
  /** Only this one of the sequences. */
  readonly only?: number;
  /** One run in so many has its workers in processes of their own. @default none */
  readonly apartEach?: number;
  readonly atOnce: number;
}

interface Planned extends Run {
  readonly title: string;
}

/** Flux that reconciles often interrupts everything; Flux that reconciles late finds what others left. */
const fluxIntervalsMs = [500, 1_000, 3_000];

/** Runs all sequences of a seed; a report for each that did not end as it has to, with all that is needed to run it again. */
export async function runAll(env: TestEnv, plan: Plan): Promise<readonly string[]> {
  const { settings = fluxSettings, atOnce } = plan;
  const reports: string[] = [];
  for (const pin of [false, true]) {
    const chosen = settings.filter((setting) => (setting === 'flux-and-pin') === pin);
    if (chosen.length === 0) continue;
    const leave = await env.policy.enter(pin ? 'installed' : 'absent');
    const waiting = chosen.flatMap((setting) => runsIn(setting, plan));
    const runNext = async (): Promise<void> => {
      for (let run = waiting.shift(); run; run = waiting.shift()) reports.push(...(await reportOf(env, run)));
    };
    await Promise.all(Array.from({ length: atOnce }, runNext));
    leave();
  }
  return reports;
}

function runsIn(
  setting: Setting,
  { seed, runs, only, apartEach = Number.POSITIVE_INFINITY }: Plan,
): readonly Planned[] {
  // Another setting, other sequences.
  return sequencesOf(seed + fluxSettings.indexOf(setting), runs)
    .map((steps, index) => ({
      setting,
      steps,
      apart: index % apartEach === apartEach - 1,
      fluxMs: fluxIntervalsMs[index % fluxIntervalsMs.length] ?? 1_000,
      title: `--seed=${seed} --runs=${runs} --setting=${setting} --only=${index}`,
    }))
    .filter((_, index) => only === undefined || index === only);
}

async function reportOf(env: TestEnv, run: Planned): Promise<readonly string[]> {
  const title = `${run.title}${run.apart ? ' (workers apart)' : ''}`;
  const objections = await runSequence(env, run).catch((error: unknown) => [
    error instanceof Error ? errorText(error) : String(error),
  ]);
  return objections.length === 0 ? [] : [`${title}\n${linesOf(run.steps)}\n  => ${objections.join('\n  => ')}`];
}

function errorText({ stack = '', cause }: Error): string {
  return cause instanceof Error ? `${stack}\ncaused by ${cause.stack ?? cause.message}` : stack;
}
