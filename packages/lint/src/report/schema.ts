import { z } from 'zod';

export const severities = ['error', 'warning', 'info'] as const;

const location = z.object({
  /** Relative to the linted folder, with slashes. */
  file: z.string().exactOptional(),
  /** From 1. */
  line: z.int().positive().exactOptional(),
  /** From 1. */
  column: z.int().positive().exactOptional(),
  /** The object of a cluster: `Deployment myapp/myapp`. */
  object: z.string().exactOptional(),
});

const finding = z.object({
  /** Stable, kebab-case; docs/lint.md has an entry for each. */
  code: z.string().regex(/^[a-z]+(?:-[a-z]+)*$/),
  severity: z.enum(severities),
  location,
  /** What is wrong and what follows from it. */
  message: z.string().min(1),
  /** What to do. */
  remedy: z.string().min(1),
});

/** What `keelson lint --json` prints. A field that changes its meaning raises `version`; new fields do not. */
export const reportSchema = z.object({
  version: z.literal(1),
  /** The folder as given, or the API server's address. */
  subject: z.string(),
  origin: z.enum(['repository', 'cluster']),
  /** How many files and objects were read, and how many of these are workloads and followed workloads. */
  read: z.object({ files: z.int(), objects: z.int(), workloads: z.int(), followed: z.int() }),
  counts: z.object({ error: z.int(), warning: z.int(), info: z.int() }),
  findings: z.array(finding),
});

export type Severity = (typeof severities)[number];
export type Location = z.output<typeof location>;
export type Finding = z.output<typeof finding>;
export type Report = z.output<typeof reportSchema>;

/** Whether `severity` is as bad as `floor`, or worse. */
export function atLeast(severity: Severity, floor: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(floor);
}
