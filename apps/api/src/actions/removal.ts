import type { Rollout, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';

/** What a request to switch Keelson off does to the pins of a workload, by what was last checked. */
export interface Removal {
  readonly removed: readonly { readonly container: string; readonly digest: Digest }[];
  /** Pins that stay: without them a quarantined digest would start. Then nothing else is removed either. */
  readonly kept: readonly { readonly container: string; readonly digest: Digest; readonly quarantined: Digest }[];
  /** What is done and what is not, for people. */
  readonly message: string;
}

export function removalOf(state: WorkloadState, startQuarantined: boolean): Removal {
  const removal = removalOfPins(state, startQuarantined);
  return { ...removal, message: [removal.message, ...whatRemains(state, removal)].join(' ') };
}

/** One sentence for each container that goes on with a digest in quarantine, which it has already: nothing rolls it back any more. */
function whatRemains({ digests, check, quarantine }: WorkloadState, { kept, removed }: Removal): readonly string[] {
  return Object.entries(digests).flatMap(([container, { image, rolledOut }]) => {
    const isRemoved = removed.some((pin) => pin.container === container) && kept.length === 0;
    const now = check?.observed.find((seen) => seen.container === container)?.digest;
    const entry = quarantine.find(
      (one) => one.container === container && one.image === image && one.digest === rolledOut,
    );
    if (!entry || (isRemoved && now !== rolledOut)) return [];
    const stays = `Container ${container} stays on ${shortDigest(rolledOut)}, which is in quarantine: ${entry.message}`;
    return [`${stays} Keelson rolls nothing back until a user resumes the workload.`];
  });
}

function removalOfPins(state: WorkloadState, startQuarantined: boolean): Removal {
  const pins = Object.entries(state.digests).flatMap(([container, { image, tag, rolledOut, written }]) => {
    if (!written || written.removed) return [];
    const now = state.check?.observed.find((seen) => seen.container === container)?.digest;
    const failed = state.quarantine.filter((entry) => entry.container === container && entry.image === image);
    const isBad = now !== undefined && now !== rolledOut && failed.some(({ digest }) => digest === now);
    return [{ container, digest: rolledOut, image: tag === '' ? image : `${image}:${tag}`, now, isBad }];
  });
  const bad = pins.flatMap(({ container, digest, image, now, isBad }) =>
    now !== undefined && isBad ? [{ container, digest, image, quarantined: now }] : [],
  );
  const removed = pins.map(({ container, digest }) => ({ container, digest }));
  const names = removed.map(({ container, digest }) => `${container} to ${shortDigest(digest)}`).join(', ');
  if (pins.length === 0) {
    const message =
      "No pin of Keelson's is known in the workload, so no pod restarts; its annotation keelson.sh/state is removed.";
    return { removed, kept: [], message };
  }
  const starts = pins
    .map(({ image, now }) => `${image}${now === undefined ? '' : `, which was ${shortDigest(now)} at the last check`}`)
    .join('; ');
  if (bad.length === 0 || startQuarantined) {
    const warning = bad.map(
      ({ quarantined }) => ` ${shortDigest(quarantined)} is in quarantine, and starts as requested.`,
    );
    const message = `Keelson removes all that it wrote into the workload, the pins of its containers too (${names}). That restarts its pods, with what the registry has then: ${starts}.${warning.join('')}`;
    return { removed, kept: [], message };
  }
  const why = bad.map(({ image, quarantined }) => `${image} means ${shortDigest(quarantined)}, which is in quarantine`);
  const message = `Keelson writes nothing more, but removes nothing yet either: the pins stay (${names}), since without them pods restart, and ${why.join('; ')}. They are removed once that is no longer so; to remove them now, and start that digest, request it again with startQuarantined (keelson off --start-quarantined).`;
  return {
    removed: [],
    kept: bad.map(({ container, digest, quarantined }) => ({ container, digest, quarantined })),
    message,
  };
}

/** While a workload is being rolled back from a quarantined digest, that rollback ends first, and its pins stay. */
export function afterRollback({ id, changes }: Rollout): Removal {
  const kept = changes.flatMap(({ container, from, to }) =>
    from.digest === undefined ? [] : [{ container, digest: to.digest, quarantined: from.digest }],
  );
  const bad = [...new Set(kept.map(({ quarantined }) => shortDigest(quarantined)))].join(' and ');
  const message = `Keelson removes nothing yet: rollback ${id} from ${bad}, which is in quarantine, is under way and goes on. Its pins stay as long as the tag means that digest; to let it run, request it again with startQuarantined (keelson off --start-quarantined).`;
  return { removed: [], kept, message };
}
