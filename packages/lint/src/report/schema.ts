import { z } from 'zod';

export const severities = ['error', 'warning', 'info'] as const;

const place = z.object({
  /** Below the folder that was checked, with slashes. */
  file: z.string().exactOptional(),
  /** From 1. */
  line: z.int().positive().exactOptional(),
  /** From 1. */
  column: z.int().positive().exactOptional(),
  /** `Deployment myapp/myapp`: which object of a cluster, or of the file. */
  object: z.string().exactOptional(),
});

const finding = z.object({
  /** Stable, kebab-case; docs/lint.md has an entry for each. */
  code: z.string().regex(/^[a-z]+(?:-[a-z]+)*$/),
  severity: z.enum(severities),
  place,
  /** What is wrong, in a sentence. */
  message: z.string().min(1),
  /** What to do, in a sentence. */
  remedy: z.string().min(1),
});

/** What `keelson lint --json` prints. A field that changes its meaning raises `version`; new fields do not. */
export const reportSchema = z.object({
  version: z.literal(1),
  /** The folder as it was named, or the API server's address. */
  subject: z.string(),
  origin: z.enum(['repository', 'cluster']),
  /** What was looked at: files and objects of Kubernetes, of them the workloads and those that are followed. */
  read: z.object({ files: z.int(), objects: z.int(), workloads: z.int(), followed: z.int() }),
  counts: z.object({ error: z.int(), warning: z.int(), info: z.int() }),
  findings: z.array(finding),
});

export type Severity = (typeof severities)[number];
export type Place = z.output<typeof place>;
export type Finding = z.output<typeof finding>;
export type Report = z.output<typeof reportSchema>;

/** True where `severity` is as bad as `floor`, or worse. */
export function atLeast(severity: Severity, floor: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(floor);
}
