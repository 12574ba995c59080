import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { BranchPush } from '../git/pushes.ts';
import type { Git } from '../git/run-git.ts';
import { copyArtifacts, isKept } from './artifacts.ts';
import { changesFlag, checkOut } from './checkout.ts';
import type { ForgeEvent, JobState, PipelineEvent, PipelineState } from './events.ts';
import { gitlabCiLocal, stateFolder } from './gitlab-ci-local.ts';
import { nextJobs, waitsFor } from './next-jobs.ts';
import type { Plan, PlannedJob } from './plan.ts';
import { forShell, readPlan } from './plan.ts';
import type { Ended } from './process-group.ts';
import { runJob } from './run-job.ts';
import { asEnvironment } from './variables.ts';

export interface PipelineOptions {
  readonly id: number;
  readonly push: BranchPush;
  readonly git: Git;
  readonly bare: string;
  /** For checkouts, which are removed at the end, and for logs, which stay. */
  readonly folder: string;
  readonly projectUrl: string;
  /** CI variables of all jobs, by their names. */
  readonly variables: Readonly<Record<string, string>>;
  /** Environment of all jobs, beside the variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Pipelines with everything included and extended that fit GitLab's schema; this one is added when it does. */
  readonly validated: Set<string>;
  readonly onEvent: (event: ForgeEvent) => void;
}

/** The file that a job runs from: the pipeline in one, less the other jobs, below a checkout. */
const planFile = join(stateFolder, 'pipeline.yml');

/** Runs the pipeline of a push, from the files of its commit, and reports what happens. A failure is a state in the result: it never throws. */
export async function runPipeline(options: PipelineOptions): Promise<PipelineState> {
  const { id, push, folder, onEvent } = options;
  const report = (state: PipelineState, reason?: string): PipelineState => {
    const event: PipelineEvent = { type: 'pipeline', id, branch: push.branch, commit: push.commit, state };
    onEvent(reason === undefined ? event : { ...event, reason });
    return state;
  };
  report('running');
  try {
    await mkdir(join(folder, 'work'), { recursive: true });
    const read = await readPipeline(options);
    if (options.signal.aborted) return report('stopped');
    if (read.plan.jobs.length === 0) return report('empty');
    const states = await runJobs(read.plan, read.document, options);
    if (options.signal.aborted) return report('stopped');
    return report([...states.values()].includes('failed') ? 'failed' : 'passed');
  } catch (error) {
    if (options.signal.aborted) return report('stopped');
    return report('failed', error instanceof Error ? error.message : String(error));
  } finally {
    await rm(join(folder, 'work'), { recursive: true, force: true });
  }
}

/** @throws Error with what gitlab-ci-local says of a file that is wrong */
async function readPipeline(options: PipelineOptions): Promise<{ plan: Plan; document: unknown }> {
  const { git, bare, folder, push, projectUrl, variables, signal, validated } = options;
  const env = environmentOf(options);
  const file = await git.run(bare, 'ls-tree', '--name-only', push.commit, '.gitlab-ci.yml');
  if (file === '') return { plan: { stages: [], jobs: [] }, document: undefined };
  const cwd = join(folder, 'work', 'plan');
  await checkOut(git, bare, cwd, push, projectUrl);
  const list = (validate: boolean): Promise<Ended> =>
    gitlabCiLocal(['--list-json', `--json-schema-validation=${validate}`, changesFlag(push)], { cwd, env, signal });
  // The schema is half of what a list costs. Most pushes leave the pipeline as it was, which is known only after it was read.
  const validate = validated.size === 0;
  let listed = await list(validate);
  let text = await expandedText(cwd);
  if (listed.code === 0 && !validate && !validated.has(text)) {
    listed = await list(true);
    text = await expandedText(cwd);
  }
  if (signal.aborted) return { plan: { stages: [], jobs: [] }, document: undefined };
  if (listed.code !== 0) throw new Error(`.gitlab-ci.yml cannot be used: ${listed.stderr.trim().slice(-2_000)}`);
  validated.add(text);
  const document: unknown = parse(text);
  return {
    plan: readPlan(listed.stdout, document, {
      ...variables,
      CI_PROJECT_DIR: '.',
      CI_COMMIT_SHA: push.commit,
      CI_COMMIT_BRANCH: push.branch,
      CI_COMMIT_REF_NAME: push.branch,
    }),
    document,
  };
}

/** The pipeline with everything included and extended, as gitlab-ci-local leaves it in a checkout whenever it reads one; empty where it could not. */
async function expandedText(cwd: string): Promise<string> {
  return await readFile(join(cwd, stateFolder, 'expanded-gitlab-ci.yml'), 'utf8').catch(() => '');
}

async function runJobs(
  plan: Plan,
  document: unknown,
  options: PipelineOptions,
): Promise<ReadonlyMap<string, JobState>> {
  const { id, onEvent, folder, signal } = options;
  const states = new Map<string, JobState>();
  const checkouts = new Map(plan.jobs.map(({ name }, index) => [name, join(folder, 'work', String(index))]));
  const running = new Map<string, Promise<void>>();
  const report = (name: string, state: JobState, ms = 0, tail: readonly string[] = []): void => {
    states.set(name, state);
    onEvent({ type: 'job', pipeline: id, name, state, ms, log: logOf(folder, name), tail });
  };
  async function run(job: PlannedJob): Promise<void> {
    const began = performance.now();
    const cwd = checkouts.get(job.name) ?? '';
    await checkOut(options.git, options.bare, cwd, options.push, options.projectUrl);
    for (const { name, artifacts } of waitsFor(plan, job)) {
      if (artifacts !== undefined && isKept(artifacts, states.get(name)))
        await copyArtifacts(artifacts, checkouts.get(name) ?? '', cwd);
    }
    await mkdir(join(cwd, stateFolder), { recursive: true });
    await writeFile(join(cwd, planFile), stringify(forShell(document, job.name)));
    const flags = [`--file=${planFile}`, changesFlag(options.push)];
    const { state, tail } = await runJob(job.name, flags, logOf(folder, job.name), {
      cwd,
      env: environmentOf(options),
      signal,
    });
    report(job.name, state === 'stopped' ? 'skipped' : state, Math.round(performance.now() - began), tail);
  }
  try {
    while (!signal.aborted) {
      const { start, skip } = nextJobs(plan, states);
      for (const { name } of skip) report(name, 'skipped');
      for (const job of start) {
        report(job.name, 'running');
        running.set(
          job.name,
          run(job).finally(() => running.delete(job.name)),
        );
      }
      if (running.size === 0 && skip.length === 0) break;
      if (running.size > 0) await Promise.race(running.values());
    }
  } finally {
    await Promise.allSettled(running.values());
  }
  return states;
}

function environmentOf({ env, variables }: PipelineOptions): Readonly<Record<string, string>> {
  return { ...env, ...asEnvironment(variables) };
}

function logOf(folder: string, job: string): string {
  return join(folder, 'logs', `${encodeURIComponent(job)}.log`);
}
