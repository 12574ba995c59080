import type { ForgeEvent, JobEvent, PipelineEvent } from '@keelson/laptop';
import type { Screen } from './screen.ts';

/** How a pipeline ended. */
export interface EndedPipeline {
  readonly state: PipelineEvent['state'];
  /** The jobs that passed, in that order. */
  readonly passed: readonly string[];
}

export interface Pipelines {
  /** To be called with every event of the forge. */
  readonly onEvent: (event: ForgeEvent) => void;
  /** Resolves when a commit's pipeline on a branch has ended; at once where it has already. */
  readonly ended: (branch: string, commit: string) => Promise<EndedPipeline>;
}

/** Prints pipelines and their jobs, and remembers how they ended. */
export function printPipelines(screen: Screen): Pipelines {
  const passed = new Map<number, string[]>();
  const branches = new Map<number, string>();
  const ends = new Map<string, PromiseWithResolvers<EndedPipeline>>();

  function endOf(branch: string, commit: string): PromiseWithResolvers<EndedPipeline> {
    const key = `${branch} ${commit}`;
    const found = ends.get(key) ?? Promise.withResolvers<EndedPipeline>();
    ends.set(key, found);
    return found;
  }

  function onPipeline({ id, branch, commit, state, reason }: PipelineEvent): void {
    branches.set(id, branch);
    const what = `commit ${commit.slice(0, 7)}`;
    if (state === 'running') {
      screen.line('pipeline', branch, `${what}: number ${id}`);
      return;
    }
    if (state === 'empty') screen.line('pipeline', branch, `${what}: no app was changed, nothing to build`);
    if (state === 'failed') screen.line('failed', branch, `${what}: ${reason ?? 'the pipeline failed'}`);
    endOf(branch, commit).resolve({ state, passed: passed.get(id) ?? [] });
  }

  function onJob({ pipeline, name, state, ms, tail, log }: JobEvent): void {
    const branch = branches.get(pipeline) ?? '';
    if (state === 'passed') passed.set(pipeline, [...(passed.get(pipeline) ?? []), name]);
    if (state === 'passed' || state === 'warned') screen.line('job', branch, `${name} ${state} (${seconds(ms)})`);
    if (state !== 'failed') return;
    screen.line('failed', branch, `${name} (${seconds(ms)}); all of its output is in ${log}`);
    for (const line of tail) screen.line('log', '', line);
  }

  return {
    onEvent: (event) => (event.type === 'pipeline' ? onPipeline(event) : onJob(event)),
    ended: (branch, commit) => endOf(branch, commit).promise,
  };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
