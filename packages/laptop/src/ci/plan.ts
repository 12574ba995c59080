import { z } from 'zod';

const listed = z.array(
  z.object({
    name: z.string(),
    stage: z.string(),
    when: z.string(),
    needs: z.array(z.looseObject({ job: z.string() })).nullish(),
  }),
);

const record = z.record(z.string(), z.unknown());
const preview = z.looseObject({ stages: z.array(z.string()) });

/** A job that belongs to a pipeline. */
export interface PlannedJob {
  readonly name: string;
  readonly stage: string;
  /** `on_success`, `on_failure`, `always`, `delayed` or `manual`. */
  readonly when: string;
  /** Jobs that it waits for, by `needs`, instead of for all earlier stages. */
  readonly needs?: readonly string[];
}

export interface Plan {
  readonly stages: readonly string[];
  /** Those whose rules hold for the push. */
  readonly jobs: readonly PlannedJob[];
}

/**
 * Reads what gitlab-ci-local tells of a pipeline.
 *
 * @param json of `--list-json`
 * @param document of `--preview`, read as YAML
 */
export function readPlan(json: string, document: unknown): Plan {
  const jobs = listed.parse(JSON.parse(json)).filter(({ when }) => when !== 'never');
  const { stages } = preview.parse(document);
  return {
    stages,
    jobs: jobs.map(({ name, stage, when, needs }) => ({
      name,
      stage,
      when,
      ...(needs ? { needs: needs.map(({ job }) => job) } : {}),
    })),
  };
}

/** As a shell executor reads it: GitLab's runner ignores `image` and `services` there, and gitlab-ci-local would ask docker for them. */
export function forShell(document: unknown): object {
  const whole = preview.parse(document);
  return Object.fromEntries(
    Object.entries(whole).map(([name, value]) => {
      const job = record.safeParse(value);
      if (!job.success) return [name, value];
      const { image: _, services: __, ...rest } = job.data;
      return [name, rest];
    }),
  );
}
