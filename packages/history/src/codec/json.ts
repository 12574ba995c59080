import { bounds, keptMessage } from '@keelson/core';
import { z } from 'zod';
import { HistoryError } from '../errors.ts';
import type { CheckRecord, DigestRecord, Proof, WorkloadRecord } from '../workloads/types.ts';
import { clipText } from './clip.ts';
import { orOldNames } from './old-names.ts';
import { time } from './time.ts';

export const digest = z.custom<DigestRecord['rolledOut']>(
  (value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value),
  'not a sha256 digest',
);

const text = z.string();
/** Only shown, so that it may be cut. */
export const shown = text.transform((long) => clipText(long));

const last = (most: number) => z.array(shown).transform((all) => all.slice(-most));

/** Unknown keys are dropped, so that an older release can read records of a newer one. */
export const workloadRecord = orOldNames(
  z.object({
    id: text,
    namespace: text,
    kind: text,
    name: text,
    uid: text,
    policy: shown,
    notFollowed: z.literal(true).exactOptional(),
    trigger: z.enum(['poll', 'webhook']),
    schedule: shown,
    intervalMs: z.number().exactOptional(),
    owner: shown,
    leftOwners: last(bounds.leftOwners).exactOptional(),
    writePath: text,
    containers: z.array(z.object({ name: text, image: text, repository: text, tag: text.exactOptional() })).readonly(),
    warnings: z.array(orOldNames(z.object({ code: text, key: shown.exactOptional(), message: shown }))),
  }),
) satisfies z.ZodType<WorkloadRecord>;

export const checkRecord = orOldNames(
  z.object({
    at: time,
    nextAt: time.exactOptional(),
    code: text,
    message: shown,
    error: z.object({ code: text, message: shown }).exactOptional(),
    observed: z.array(z.object({ container: text, digest })),
    knew: z
      .object({ latest: text.exactOptional(), active: text.exactOptional(), unproven: text.exactOptional() })
      .exactOptional(),
    unhealthy: shown.exactOptional(),
  }),
) satisfies z.ZodType<CheckRecord>;

export const digestRecord = z.object({
  image: text,
  tag: text,
  rolledOut: digest,
  lastGood: digest.exactOptional(),
  proven: z.literal(true).exactOptional(),
  goodBefore: digest.exactOptional(),
  doubtful: z.literal(true).exactOptional(),
  written: z.object({ uid: text, path: text, removed: z.literal(true).exactOptional() }).exactOptional(),
}) satisfies z.ZodType<DigestRecord>;

export const proofs = z.record(
  text,
  z.object({
    image: text,
    digest,
    at: time,
    seenAt: time.exactOptional(),
    failed: z.object({ since: time, code: text, message: shown }).exactOptional(),
  }),
) satisfies z.ZodType<Record<string, Proof>>;

export const isDigest = (value: unknown): boolean => digest.safeParse(value).success;

/** The value as JSON with its keys in the order of the schema, so that equal values are equal texts. @throws HistoryError `invalid`. */
export function toJson<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) return bounded(JSON.stringify(parsed.data, kept), what);
  throw new HistoryError(`The ${what} cannot be stored: ${z.prettifyError(parsed.error)}`, { code: 'invalid' });
}

const quoting = new Set(['message', 'unhealthy', 'policy', 'schedule', 'owner', 'manager']);

/** What quotes others is masked and escaped before it is stored (laws 12 and 17). */
function kept(key: string, value: unknown): unknown {
  return typeof value === 'string' && quoting.has(key) ? keptMessage(value) : value;
}

function bounded(json: string, what: string): string {
  if (Buffer.byteLength(json) <= bounds.recordBytes) return json;
  const message = `The ${what} cannot be stored: it is larger than ${bounds.recordBytes} bytes.`;
  throw new HistoryError(message, { code: 'invalid' });
}

/** Parses stored JSON. `what` names it in the error. @throws HistoryError `corrupt`. */
export function fromJson<Schema extends z.ZodType>(schema: Schema, json: string, what: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(json));
  } catch (error) {
    throw new HistoryError(`The ${what} is stored in a form that cannot be parsed.`, { code: 'corrupt', cause: error });
  }
}
