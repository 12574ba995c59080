import { randomBytes } from 'node:crypto';
import { fields, flag, list, number, text } from '../../fields.ts';
import { requestedAtKey, requestKey } from '../../keys.ts';
import type { Operation } from '../json-patch.ts';
import { keyOperation, pointer } from '../json-patch.ts';
import type { Kustomization } from './kustomization.ts';

/**
 * What Keelson asked Flux to reconcile. It is kept on the Kustomization itself, written in the same patch as the entry, so that the next worker
 * knows it too.
 */
export interface Request {
  /** Of the Kustomization as that patch left it. */
  readonly generation: number;
  /** Every value of `reconcile.fluxcd.io/requestedAt` that Keelson wrote for it, oldest first. */
  readonly values: readonly string[];
  /** Values that a pass may report which read nothing of it: they were there before. */
  readonly before: readonly string[];
  /** When the newest value was written, in milliseconds since the epoch. */
  readonly at: number;
  /** Whether a pass that saw this generation read what was written: not where a workload was only then no longer skipped. */
  readonly byGeneration: boolean;
  /** Flux was made to skip a workload meanwhile: a pass says nothing about what it does to that one. */
  readonly skips: boolean;
  /** The revision that Flux had last built without Keelson's change, where it builds at all. */
  readonly built: string | undefined;
}

const map = pointer('metadata', 'annotations');

/** The most values that are kept: a pass handles the newest sooner or later. */
const maxValues = 8;

export function readRequest({ annotations }: Kustomization): Request | undefined {
  const read = fields(parsed(annotations?.[requestKey]));
  const values = texts(read.values);
  if (values.length === 0) return undefined;
  return {
    generation: number(read.generation),
    values,
    before: texts(read.before),
    at: number(read.at),
    byGeneration: !flag(read.notByGeneration),
    skips: flag(read.skips),
    built: text(read.built),
  };
}

function parsed(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? '{}');
  } catch {
    // A person edited the annotation: Keelson asks once more.
    return {};
  }
}

function texts(value: unknown): readonly string[] {
  return list(value)
    .flatMap((each) => text(each) ?? [])
    .slice(-maxValues);
}

/** A value that nobody else writes. Others write times, so it begins with one. */
export function newRequestValue(now: number): string {
  return `${new Date(now).toISOString()}-keelson-${randomBytes(6).toString('hex')}`;
}

/**
 * The request that a patch makes. Where the spec stays as the last request left it, that one goes on under one more value: a pass that handled either
 * has read the same.
 */
export function nextRequest(
  read: Kustomization,
  { changesSpec, skips, now }: { readonly changesSpec: boolean; readonly skips: boolean; readonly now: number },
): Request {
  const last = readRequest(read);
  const goesOn = last !== undefined && !changesSpec && last.generation === read.generation && last.skips === skips;
  const reported = [read.annotations?.[requestedAtKey], read.lastHandledReconcileAt].flatMap((each) => each ?? []);
  return {
    generation: read.generation + (changesSpec ? 1 : 0),
    values: [...(goesOn ? last.values : []), newRequestValue(now)].slice(-maxValues),
    before: goesOn ? last.before : [...new Set(reported)],
    at: now,
    byGeneration: changesSpec || (goesOn ? last.byGeneration : !(last?.skips === true && !skips)),
    skips,
    built: builtOf(read, last),
  };
}

/** Whether git builds without Keelson's change is only known of the generation that Flux has seen, and while only Keelson changes it since. */
function builtOf(read: Kustomization, last: Request | undefined): string | undefined {
  if (last?.generation === read.generation) return last.built;
  return read.observedGeneration === read.generation ? read.lastAppliedRevision : undefined;
}

/** To be added to a patch that is guarded by the resourceVersion, so that the generation is the one that it leaves. */
export function requestOperations({ values, built, skips, byGeneration, ...request }: Request): readonly Operation[] {
  const value = JSON.stringify({
    ...request,
    values,
    ...(!byGeneration && { notByGeneration: true }),
    ...(skips && { skips }),
    ...(built !== undefined && { built }),
  });
  return [keyOperation(map, requestedAtKey, values.at(-1)), keyOperation(map, requestKey, value)];
}

/** Removes the request, once nothing of Keelson's is in the Kustomization and nothing waits for its proof. */
export function withoutRequest({ annotations }: Kustomization): readonly Operation[] {
  return annotations?.[requestKey] === undefined ? [] : [keyOperation(map, requestKey, undefined)];
}
