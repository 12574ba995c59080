import type { QuarantineEntry, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import { because } from '../actions/message.ts';
import { isQuarantined } from './quarantined.ts';
import type { Version } from './version.ts';

/**
 * The quarantine of whoever goes back until something newer is pushed: what is rolled out now, and what the tag was last seen to mean, so that
 * neither comes again by itself. What is there already keeps its own message.
 */
export function leftBehind(
  state: WorkloadState,
  current: ReadonlyMap<string, Digest>,
  target: readonly Version[],
  { message: given, at }: { readonly message: string | undefined; readonly at: number },
): readonly QuarantineEntry[] {
  return target.flatMap(({ container, image }) => {
    const { name, repository, tag } = container;
    const observed = state.check?.observed.find((seen) => seen.container === name)?.digest;
    const left = new Set([current.get(name), state.digests[name]?.rolledOut, observed]);
    left.delete(image.digest);
    const message = `${because(`Somebody went back from it to ${shortDigest(image.digest)}`, given)}.`;
    return [...left].flatMap((digest) => {
      if (digest === undefined || isQuarantined(state, { container, image: { digest } })) return [];
      return [
        { container: name, image: repository, ...(tag !== undefined && { tag }), digest, code: 'manual', message, at },
      ];
    });
  });
}
