import { unpin } from '@keelson/image';
import type { KubeHttp } from '../http/request.ts';
import { workloadPath } from '../objects/kinds.ts';
import { readWorkload } from '../objects/workload.ts';
import type { ImageChange, Workload, WritePath } from '../types.ts';
import { spelledByAuthor } from './digest-annotation.ts';
import { patchFields } from './field-patch.ts';
import { findContainer, nameOf } from './find-container.ts';
import { hasPatches } from './flux/change-pins.ts';
import { confirmPins } from './flux/confirm-pins.ts';
import type { Kustomization, KustomizationKey } from './flux/kustomization.ts';
import { overridingImage } from './flux/overriding-image.ts';
import type { WantedPin } from './flux/pin-change.ts';
import { entryPins, isOf } from './flux/pins.ts';
import { verdictOf } from './flux/verdict.ts';
import { writePins } from './flux/write-pins.ts';
import type { NudgeMode } from './nudge.ts';
import { nudge } from './nudge.ts';

export interface FluxKustomizationOptions {
  /** `pin`: hold the digest against Flux. `unpin`: let go of it, and roll the next one out by the annotation. */
  readonly mode: NudgeMode;
  /** Every workload that is known: one entry in `spec.images` hits all containers of that image. */
  readonly workloads: () => Iterable<Workload>;
  /** By Kustomization, who else writes the `spec.patches` in which ours stand. */
  readonly contested: Map<string, string>;
}

function keyOf({ owner }: Workload): KustomizationKey | undefined {
  return owner.type === 'flux-kustomization' ? owner : undefined;
}

function textOf({ namespace, name }: KustomizationKey): string {
  return `${namespace}/${name}`;
}

/**
 * For objects that a Flux Kustomization reconciles, where the digest has to hold: an entry in the Kustomization, so that Flux itself
 * writes the digest from now on, then the image of the object (without which Flux first waits out a health check that is under way).
 * In this order: a reconciliation in between would put the image back.
 */
export function createFluxKustomization(
  http: KubeHttp,
  { mode, workloads, contested }: FluxKustomizationOptions,
): WritePath {
  /** Whether somebody else in the Kustomization names the image too, another container of the same workload among them. */
  function isShared(workload: Workload, image: string, changed: ReadonlySet<string>): boolean {
    const key = keyOf(workload);
    const names = ({ containers }: Workload, except: ReadonlySet<string>) =>
      containers.some((container) => !except.has(container.name) && unpin(container.image) === image);
    if (names(workload, changed)) return true;
    for (const other of workloads()) {
      const { owner } = other;
      const same = owner.type === 'flux-kustomization' && owner.name === key?.name && owner.namespace === key.namespace;
      if (same && !isOf(other, workload) && names(other, new Set())) return true;
    }
    return false;
  }

  /** Whether Flux has worked with our entry and the live image does not carry it: the name that git has is another one. */
  async function didNotTake(workload: Workload, read: Kustomization, { container, image, digest }: WantedPin) {
    const there = entryPins(read).some(
      (pin) => isOf(pin, workload) && pin.container === container && pin.image === image && pin.digest === digest,
    );
    if (!there || verdictOf(read, '').outcome !== 'ok') return false;
    const live = readWorkload(workload.kind, await http.request({ path: workloadPath(workload) }));
    return live?.containers.find(({ name }) => name === container)?.image.endsWith(`@${digest}`) === false;
  }

  function wantedOf(workload: Workload, changes: readonly ImageChange[]): readonly WantedPin[] {
    if (mode === 'unpin') return [];
    const changed = new Set(changes.map(({ container }) => container));
    const { kind, namespace, name } = workload;
    return changes.map((change) => {
      const { name: container, image: live, init, index } = findContainer(workload, change);
      const image = spelledByAuthor(workload, container, live);
      const alone = isShared(workload, image, changed);
      const { digest } = change;
      return { kind, namespace, name, container, init, image, digest, alone, first: !init && index === 0 };
    });
  }

  async function settle(workload: Workload, changes: readonly ImageChange[], signal?: AbortSignal): Promise<void> {
    const key = keyOf(workload);
    if (key === undefined) return;
    const wanted = wantedOf(workload, changes);
    const changed = new Set(changes.map(({ container }) => container));
    // A container that is no longer pinned, or gone, needs no entry: git moved its tag, and the entry would come back with the old one.
    const pinned = new Set(workload.containers.filter(({ image }) => image.includes('@')).map(({ name }) => name));
    const dropped = (container: string) => changed.has(container) || !pinned.has(container);
    let owner: string | undefined;
    const written = await writePins(
      http,
      key,
      async (read) => {
        owner = read.patchesOwner;
        const tried = await Promise.all(wanted.map((pin) => didNotTake(workload, read, pin)));
        return {
          workload,
          dropped,
          wanted: wanted
            .map((pin, index) => ({ ...pin, alone: pin.alone || tried[index] === true }))
            .filter(({ image }) => overridingImage(read, image) === undefined),
        };
      },
      signal,
    );
    if (mode === 'unpin') contested.delete(textOf(key));
    else if (owner !== undefined && written && hasPatches(written, workload)) contested.set(textOf(key), owner);
  }

  const write: WritePath['write'] = async (workload, changes, options) => {
    const edits = nudge(workload, changes, mode, options);
    await settle(workload, changes, options?.signal);
    return patchFields(http, workload, edits, options?.signal);
  };

  return {
    name: 'flux-kustomization',
    warnings(workload) {
      const key = keyOf(workload);
      const owner = key && contested.get(textOf(key));
      if (key === undefined || owner === undefined || mode === 'unpin') return [];
      return [
        {
          code: 'may-be-reverted',
          message: `A rollback of ${nameOf(workload)} stands in spec.patches of Kustomization ${textOf(key)}, a list that ${owner} writes too and may put back at its next reconciliation. Install the admission policy of Keelson (infrastructure/keelson-pin), or take spec.patches out of that Kustomization in git.`,
        },
      ];
    },
    write,
    async confirm(workload, signal) {
      const key = keyOf(workload);
      if (key === undefined || mode === 'unpin') return { outcome: 'ok' };
      return confirmPins(http, key, workload, write, signal);
    },
  };
}
