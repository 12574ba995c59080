import { z } from 'zod';
import type { ImageVersion, Rollout, Transition } from '../rollouts/types.ts';
import {
  lettered,
  packCommit,
  packDigest,
  packedCommit,
  packedDigest,
  packedTime,
  packTime,
  stateLetters,
  triggerLetters,
} from './compact.ts';
import {
  packBaseline,
  packedBaseline,
  packedOrigin,
  packedWritten,
  packOrigin,
  packWritten,
} from './compact-verified.ts';
import { currentCode } from './old-names.ts';
import { time } from './time.ts';

/** A rollout as an array: absent values are 0, trailing zeros are left out, and each time is the distance in ms from the one before. */
export function pack(rollout: Rollout): unknown[] {
  const { workload, trigger, code, message, changes, transitions, generation, evidence } = rollout;
  const { written, soak, unhealthyBefore, beside } = rollout;
  let last = rollout.createdAt;
  return trimmed([
    workload,
    triggerLetters[trigger],
    code,
    message,
    changes.map(({ container, image, from, to }) => [container, image, packVersion(from), packVersion(to)]),
    transitions.map(({ state, at, code, message }) => {
      const since = at - last;
      last = at;
      return trimmed([stateLetters[state], since, code, message]);
    }),
    generation,
    evidence,
    // From here on: added by later releases, and absent in records of earlier ones.
    written && packWritten(written),
    soak && packBaseline(soak, rollout.createdAt),
    packOrigin(rollout),
    unhealthyBefore,
    beside,
  ]);
}

function packVersion({ tag, digest, commit, built, version, source }: ImageVersion): unknown[] {
  return trimmed([
    tag,
    digest && packDigest(digest),
    commit && packCommit(commit),
    built && packTime(built),
    version,
    source,
  ]);
}

function trimmed(values: readonly unknown[]): unknown[] {
  const filled = values.map((value) => value ?? 0);
  return filled.slice(0, filled.findLastIndex((value) => value !== 0) + 1);
}

const absent = z.literal(0).transform(() => undefined);
const maybe = <Schema extends z.ZodType>(schema: Schema) => z.union([absent, schema]).optional();

const version = z
  .tuple([
    maybe(z.string()),
    maybe(packedDigest),
    maybe(packedCommit),
    maybe(packedTime),
    maybe(z.string()),
    maybe(z.string()),
  ])
  .transform(([tag, digest, commit, built, version, source]) => ({
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
    ...(commit !== undefined && { commit }),
    ...(built !== undefined && { built }),
    ...(version !== undefined && { version }),
    ...(source !== undefined && { source }),
  }));

const target = version.transform((version, context) => {
  if (version.digest !== undefined) return { ...version, digest: version.digest };
  context.addIssue({ code: 'custom', message: 'a target without a digest' });
  return z.NEVER;
});

const change = z
  .tuple([z.string(), z.string(), version, target])
  .transform(([container, image, from, to]) => ({ container, image, from, to }));

const step = z
  .tuple([lettered(stateLetters), z.number(), z.string(), z.string().optional()])
  .transform(([state, since, code, message]) => ({
    state,
    since,
    code: currentCode(code),
    ...(message !== undefined && { message }),
  }));

const evidence = z.object({
  pod: z.string().exactOptional(),
  container: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  message: z.string().exactOptional(),
  exitCode: z.number().exactOptional(),
  restarts: z.number().exactOptional(),
  log: z.string().exactOptional(),
});

const packed = z.tuple([
  z.string(),
  lettered(triggerLetters),
  z.string(),
  z.string(),
  z.array(change),
  z.tuple([step], step),
  z.number().optional(),
  maybe(evidence),
  maybe(packedWritten),
  maybe(packedBaseline),
  maybe(packedOrigin),
  maybe(z.string()),
  maybe(z.record(z.string(), z.array(z.string()))),
]);

/** The inverse of `pack`. @throws ZodError. */
export function unpack(id: string, createdAt: number, value: unknown): Rollout {
  const [workload, trigger, code, message, changes, steps, generation = 0, evidence, ...later] = packed.parse(value);
  const [written, soak, origin, unhealthyBefore, beside] = later;
  let at = createdAt;
  const transitions = steps.map(({ since, ...step }): Transition => {
    at += since;
    return { ...step, at: time.parse(at) };
  });
  return {
    id,
    workload,
    changes,
    trigger,
    code: currentCode(code),
    message,
    state: transitions.at(-1)?.state ?? 'pending',
    createdAt,
    updatedAt: at,
    transitions,
    ...(evidence !== undefined && { evidence }),
    generation,
    ...(origin ?? { kind: 'update' }),
    ...(unhealthyBefore !== undefined && { unhealthyBefore }),
    ...(written !== undefined && { written }),
    ...(beside !== undefined && { beside }),
    ...(soak !== undefined && { soak: soak(createdAt) }),
  };
}
