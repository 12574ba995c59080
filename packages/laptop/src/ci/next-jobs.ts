import type { JobState } from './events.ts';
import type { Plan, PlannedJob } from './plan.ts';

export interface Next {
  readonly start: readonly PlannedJob[];
  readonly skip: readonly PlannedJob[];
}

/** Which of the jobs without a state yet may start now, and which never will. */
export function nextJobs(plan: Plan, states: ReadonlyMap<string, JobState>): Next {
  const start: PlannedJob[] = [];
  const skip: PlannedJob[] = [];
  for (const job of plan.jobs.filter(({ name }) => !states.has(name))) {
    const before = waitsFor(plan, job).map(({ name }) => states.get(name));
    if (job.when === 'manual') skip.push(job);
    else if (before.some((state) => state === undefined || state === 'running')) continue;
    else {
      const broken = before.includes('failed');
      const wanted = job.when === 'always' || (job.when === 'on_failure') === broken;
      (wanted ? start : skip).push(job);
    }
  }
  return { start, skip };
}

/** Those of `needs`, or all of earlier stages. A manual job holds nothing up, as on GitLab by default. */
export function waitsFor({ stages, jobs }: Plan, job: PlannedJob): readonly PlannedJob[] {
  const { needs } = job;
  if (needs !== undefined) return jobs.filter(({ name }) => needs.includes(name));
  return jobs.filter(({ stage, when }) => stages.indexOf(stage) < stages.indexOf(job.stage) && when !== 'manual');
}
