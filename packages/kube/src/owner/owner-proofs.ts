import type { WorkloadKey } from '@keelson/core';
import { bounds, FairCache } from '@keelson/core';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { fluxClaims } from '../objects/owner.ts';
import type { FluxOwner, Owner, Workload } from '../types.ts';
import { fluxKinds, ownerPath } from './flux-kinds.ts';
import type { OwnerStatus } from './inventory.ts';
import { inventoryId, readOwnerStatus } from './inventory.ts';
import { ownerText } from './owner-text.ts';
import { servedOtherwise } from './served-otherwise.ts';

export interface ProofOptions {
  /** Read the owner now, as before a write. @default what was read within the last minute */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface OwnerProofs {
  /** The workload with the owner that is proven. Labels are a claim: the object of Flux that they name has to list the workload in its status. */
  withOwner(this: void, workload: Workload, options?: ProofOptions): Promise<Workload>;
  /** Keelson has written into an owner: what was read of it until now counts no longer. */
  forget(this: void, owner: FluxOwner): void;
}

/** How long an answer that lists the workload counts. */
const listedMs = 60_000;

/** How long any other answer counts: Flux may list the workload at any moment. */
const otherMs = 2_000;

/** Whoever waits for an answer has other work. */
const deadlineMs = 5_000;

interface Answer {
  readonly at: number;
  readonly result: OwnerRead | KubeError;
}

interface OwnEntries extends Pick<FluxOwner, 'breaks' | 'hidesList'> {
  readonly pinsOf: (workload: Workload) => NonNullable<FluxOwner['pins']>;
}

interface OwnerRead extends OwnerStatus {
  readonly entries: OwnEntries;
}

export interface OwnerProofsParts {
  /** Reads Keelson's entries of an object of Flux: the digests to which they pin a workload's containers. */
  readonly readEntries: (
    http: KubeHttp,
    type: FluxOwner['type'],
    object: unknown,
    signal?: AbortSignal,
  ) => Promise<OwnEntries>;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** Proves who owns workloads, by one GET of an owner for all of its workloads, kept for a time. */
export function createOwnerProofs(http: KubeHttp, { readEntries, now = Date.now }: OwnerProofsParts): OwnerProofs {
  const answers = new FairCache<Answer>(bounds.ownersKept);
  const requests = new Map<string, Promise<Answer>>();
  /** Counts what was forgotten: a request that was under way then keeps nothing. */
  let forgotten = 0;
  /** By uid: workloads that a settled owner did not list. While a later pass runs they stay so. */
  const disproven = new FairCache<true>(bounds.ownersKept);

  async function read(owner: FluxOwner, key: string, share: string, signal?: AbortSignal): Promise<Answer> {
    const at = now();
    const before = forgotten;
    let result: Answer['result'];
    try {
      const object = await http.request({ path: ownerPath(owner), signal, deadlineMs });
      result = { ...readOwnerStatus(object), entries: await readEntries(http, owner.type, object, signal) };
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      const last = answers.get(share, key);
      // A problem of the API server says nothing about the owner.
      if (error.retryable && last && !(last.result instanceof KubeError)) return last;
      const isMissing = error.code === 'not-found';
      result = (isMissing && (await servedOtherwise(http, owner.type, error, signal))) || error;
    }
    const answer = { at, result };
    if (before === forgotten) answers.set(share, key, answer);
    else answers.delete(key);
    return answer;
  }

  /** Reads an owner once for all who ask at the same time. One that only joins cannot abort the request. */
  async function ask(owner: FluxOwner, key: string, share: string, { fresh, signal }: ProofOptions): Promise<Answer> {
    const running = requests.get(key);
    if (running && !fresh) return running;
    const request = read(owner, key, share, fresh ? signal : undefined);
    if (!fresh) requests.set(key, request);
    try {
      return await request;
    } finally {
      if (requests.get(key) === request) requests.delete(key);
    }
  }

  async function prove(workload: Workload, owner: FluxOwner, options: ProofOptions): Promise<Owner> {
    const key = keyOf(owner);
    // A namespace that names thousands of owners displaces what is kept for itself (law 17).
    const { namespace: share, uid } = workload;
    const kept = answers.get(share, key);
    const listed = kept && !(kept.result instanceof KubeError) && lists(kept.result, workload);
    const isKept = kept && now() - kept.at < (listed ? listedMs : otherMs);
    const { result } = isKept && !options.fresh ? kept : await ask(owner, key, share, options);
    if (result instanceof KubeError) return unknown(owner, whyUnread(owner, result), result.code === 'not-found');
    if (result.elsewhere) return unknown(owner, whyElsewhere(owner));
    if (result.listed === undefined) return unknown(owner, whyUnlisted(owner));
    if (result.listed.has(inventoryId(workload))) {
      disproven.delete(uid);
      const { replaces, taken, entries } = result;
      const { pinsOf, ...more } = entries;
      const pins = pinsOf(workload);
      return {
        ...owner,
        ...(replaces && { replaces }),
        ...(taken !== undefined && { taken }),
        ...(Object.keys(pins).length > 0 && { pins, ...more }),
      };
    }
    if (!result.settled && disproven.get(share, uid) === undefined) {
      return unknown(owner, whyUnsettled(owner));
    }
    disproven.set(share, uid, true);
    return { type: 'none', disproven: owner };
  }

  return {
    forget(owner) {
      forgotten += 1;
      answers.delete(keyOf(owner));
      requests.delete(keyOf(owner));
    },
    async withOwner(workload, options = {}) {
      const claims = fluxClaims(workload);
      if (claims.length === 0) return workload;
      const owners = await Promise.all(claims.map((claim) => prove(workload, claim, options)));
      const proven = owners.find(({ type }) => type !== 'none' && type !== 'unknown');
      return {
        ...workload,
        owner: proven ?? owners.find(({ type }) => type === 'unknown') ?? without(workload, owners),
      };
    },
  };
}

function keyOf({ type, namespace, name }: FluxOwner): string {
  return `${type} ${namespace}/${name}`;
}

/** The owner of a workload that no object of Flux lists. */
function without({ argo }: Workload, [first = { type: 'none' }]: readonly Owner[]): Owner {
  return argo ?? first;
}

/** Whether an owner lists the workload as one that it reconciles in this cluster. */
export function lists({ listed, elsewhere }: OwnerStatus, workload: WorkloadKey): boolean {
  return !elsewhere && (listed?.has(inventoryId(workload)) ?? false);
}

function unknown(claimed: FluxOwner, message: string, gone = false): Owner {
  return { type: 'unknown', claimed, gone, message };
}

function whyUnread(owner: FluxOwner, error: KubeError): string {
  const text = ownerText(owner);
  switch (error.code) {
    case 'forbidden':
      return `Keelson may not read ${text}. Grant its ServiceAccount the verb "get" on ${fluxKinds[owner.type].plural} in namespace ${owner.namespace} (docs/operation.md).`;
    case 'not-found':
      return `There is no ${text} in this cluster. Where Flux runs in another cluster, nothing has to be done; else remove the labels.`;
    default:
      return `${text} could not be read: ${error.message}`;
  }
}

function whyElsewhere(owner: FluxOwner): string {
  return `${ownerText(owner)} reconciles another cluster (spec.kubeConfig).`;
}

function whyUnlisted(owner: FluxOwner): string {
  const update =
    owner.type === 'flux-helmrelease' ? ' Update helm-controller where it writes no status.inventory.entries.' : '';
  return `${ownerText(owner)} does not list what it reconciles yet.${update}`;
}

function whyUnsettled(owner: FluxOwner): string {
  return `${ownerText(owner)} does not list the workload, and its reconciliation has not succeeded yet. Fix what its status says.`;
}
