import { z } from 'zod';
import type { Artifacts } from './artifacts.ts';
import { readArtifacts } from './artifacts.ts';

const listed = z.array(
  z.object({
    name: z.string(),
    stage: z.string(),
    when: z.string(),
    needs: z.array(z.looseObject({ job: z.string() })).nullish(),
  }),
);

const record = z.record(z.string(), z.unknown());
const described = z.looseObject({ value: z.coerce.string() }).transform(({ value }) => value);
const variable = z.union([described, z.coerce.string()]);
const variables = z.record(z.string(), variable).default({});
const job = z.looseObject({ variables, artifacts: z.unknown().optional() });
const preview = z.looseObject({ stages: z.array(z.string()), variables });

/** A job that belongs to a pipeline. */
export interface PlannedJob {
  readonly name: string;
  readonly stage: string;
  /** `on_success`, `on_failure`, `always`, `delayed` or `manual`. */
  readonly when: string;
  /** Jobs that it waits for, by `needs`, instead of for all earlier stages. */
  readonly needs?: readonly string[];
  readonly artifacts?: Artifacts;
}

export interface Plan {
  readonly stages: readonly string[];
  /** Those whose rules hold for the push. */
  readonly jobs: readonly PlannedJob[];
}

/**
 * Reads a pipeline from what gitlab-ci-local prints.
 *
 * @param json of `--list-json`
 * @param document the pipeline with everything included and extended
 * @param predefined the values of CI variables
 */
export function readPlan(json: string, document: unknown, predefined: Readonly<Record<string, string>>): Plan {
  const jobs = listed.parse(JSON.parse(json)).filter(({ when }) => when !== 'never');
  const { stages, variables: common, ...entries } = preview.parse(document);
  return {
    stages,
    jobs: jobs.map(({ name, stage, when, needs }) => {
      const { variables: own, artifacts: written } = job.parse(entries[name] ?? {});
      const artifacts = readArtifacts(written, { ...common, ...own, ...predefined });
      return {
        name,
        stage,
        when,
        ...(needs ? { needs: needs.map((each) => each.job) } : {}),
        ...(artifacts === undefined ? {} : { artifacts }),
      };
    }),
  };
}

/** Keys of an expanded pipeline whose content is in each of its jobs already: gitlab-ci-local would apply them again. */
const applied = new Set(['include', 'default', 'before_script', 'after_script']);

/**
 * The pipeline as gitlab-ci-local runs one of its jobs: without the others, whose rules it would evaluate with a git of its own for each, without
 * templates and defaults, which the job holds already, without `image` and `services`, which a shell executor ignores and gitlab-ci-local would start
 * containers for, and without `artifacts` and what it waits for, which are our part.
 */
export function forShell(document: unknown, job: string): object {
  const whole = record.parse(document);
  const kept = Object.entries(whole).filter(([name, value]) => name === job || !isLeftOut(name, value));
  const { [job]: found, ...rest } = Object.fromEntries(kept);
  const { image: _, services: __, artifacts: ___, needs: ____, dependencies: _____, ...own } = record.parse(found);
  return { ...rest, [job]: own };
}

function isLeftOut(name: string, value: unknown): boolean {
  const { data = {} } = record.safeParse(value);
  return applied.has(name) || name.startsWith('.') || 'script' in data || 'trigger' in data;
}
