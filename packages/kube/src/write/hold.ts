import type { KubeHttp } from '../http/request.ts';
import { holdUntilKey, reconcileKey } from '../keys.ts';
import type { Workload } from '../types.ts';
import { patchFields } from './field-patch.ts';
import { nameOf } from './find-container.ts';
import type { Warn } from './warnings.ts';

/** When Keelson's hold on Flux ends, in milliseconds since the epoch. A hold without Keelson's key is a person's and stays. */
export function holdUntil({ annotations }: Pick<Workload, 'annotations'>): number | undefined {
  const at = annotations[holdUntilKey];
  if (at === undefined) return undefined;
  const time = Date.parse(at);
  // A person edited it and it is no longer a time: a hold that never ends would be the worse mistake.
  return Number.isNaN(time) ? 0 : time;
}

/**
 * The annotations that make Flux skip the object until a time, with whatever git says of it. A hold that lasts long enough stays as it is, and so does
 * one that a person set.
 */
export function holdFor(
  { annotations }: Pick<Workload, 'annotations'>,
  { ms, now }: { readonly ms: number; readonly now: number },
): Readonly<Record<string, string>> {
  const isSkipped = annotations[reconcileKey] === 'disabled';
  const until = holdUntil({ annotations });
  if (isSkipped && (until === undefined || until > now + ms / 2)) return {};
  return { [reconcileKey]: 'disabled', [holdUntilKey]: new Date(now + ms).toISOString() };
}

/**
 * For how long Flux skips a workload at most, while a pass may be under way that had begun before the Kustomization was changed. It ends as soon as a
 * pass has read the change, which is seconds.
 */
export const bridgeMs = 120_000;

/** That Flux does not reconcile the object, for longer than such a pass may take. */
export function holdWarnings(workload: Workload, now: number): ReturnType<Warn> {
  const until = holdUntil(workload);
  if (until === undefined || until - now <= bridgeMs) return [];
  const time = new Date(until).toISOString();
  const message = `After a rollback Flux does not reconcile ${nameOf(workload)} until ${time}, whatever else git changes in it: no other way of rolling back lasts there. Push a good image, or remove the annotations ${holdUntilKey} and ${reconcileKey} to end it.`;
  return [{ code: 'flux-on-hold', message }];
}

/** The annotations of Keelson's hold, to be removed; empty where there is none. */
export function endedHold({ annotations }: Pick<Workload, 'annotations'>): Readonly<Record<string, undefined>> {
  const ours = annotations[holdUntilKey] === undefined ? [] : [holdUntilKey, reconcileKey];
  return Object.fromEntries(ours.filter((key) => annotations[key] !== undefined).map((key) => [key, undefined]));
}

/** Lets Flux reconcile the object again. Writes nothing where Keelson set no hold. */
export async function endHold(http: KubeHttp, workload: Workload, signal?: AbortSignal): Promise<void> {
  await patchFields(http, workload, { annotations: endedHold(workload) }, signal);
}
