export type PipelineState = 'running' | 'passed' | 'failed' | 'empty' | 'stopped';

/** A pipeline began or ended. */
export interface PipelineEvent {
  readonly type: 'pipeline';
  /** Counted from 1, as GitLab's CI_PIPELINE_IID. */
  readonly id: number;
  readonly branch: string;
  readonly commit: string;
  /** `empty`: no job's rules hold for this push, so that GitLab would make no pipeline. `stopped`: the forge ended it. */
  readonly state: PipelineState;
  /** Why, where no job says it: the pipeline's file is wrong. */
  readonly reason?: string;
}

/** `warned`: it failed and its `allow_failure` lets that pass. `skipped`: what it waited for failed, or it waits for a person. */
export type JobState = 'running' | 'passed' | 'failed' | 'warned' | 'skipped';

/** A job began or ended. */
export interface JobEvent {
  readonly type: 'job';
  /** Id of its pipeline. */
  readonly pipeline: number;
  readonly name: string;
  readonly state: JobState;
  /** Since it began; 0 while it runs. */
  readonly ms: number;
  /** A file with all that it printed; there once it ended. */
  readonly log: string;
  /** The last lines of that, of a job that failed. */
  readonly tail: readonly string[];
}

export type ForgeEvent = PipelineEvent | JobEvent;
