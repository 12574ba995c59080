import { fields } from '../fields.ts';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import type { FluxOwner } from '../types.ts';
import { fluxKinds } from './flux-kinds.ts';

export interface Rights {
  /** Whether Keelson may write its entries into an owner; undefined where the API server does not say. Rejects only when `signal` aborts. */
  mayPatch(
    owner: FluxOwner,
    options?: { readonly fresh?: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<boolean | undefined>;
  /** A write into the owner was refused. */
  refused(owner: FluxOwner): void;
}

const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** A right that is granted or withdrawn is noticed after this time; before a write, one that is missing is asked for again. */
const keptMs = 5 * 60_000;
const refusedMs = 30_000;
const deadlineMs = 5_000;
const maxKept = 2_000;

/** Knows before the first push what Keelson may write, by a review of its own access (which changes nothing). */
export function createRights(http: KubeHttp, now: () => number): Rights {
  const known = new Map<string, { readonly at: number; readonly allowed: boolean | undefined }>();
  /** The workloads of one owner are read at the same time: one review answers for all. */
  const underWay = new Map<string, Promise<boolean | undefined>>();
  const keyOf = ({ type, namespace, name }: FluxOwner) => `${type} ${namespace}/${name}`;

  function keep(owner: FluxOwner, allowed: boolean | undefined): boolean | undefined {
    known.delete(keyOf(owner));
    known.set(keyOf(owner), { at: now(), allowed });
    const [oldest] = known.keys();
    if (known.size > maxKept && oldest !== undefined) known.delete(oldest);
    return allowed;
  }

  async function review(owner: FluxOwner, signal?: AbortSignal): Promise<boolean | undefined> {
    const { group, plural: resource } = fluxKinds[owner.type];
    const { namespace, name } = owner;
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { group, resource, namespace, name, verb: 'patch' } },
    };
    try {
      const answer = await http.request({ method: 'POST', path, body, signal, deadlineMs });
      const { allowed } = fields(fields(answer).status);
      return typeof allowed === 'boolean' ? allowed : undefined;
    } catch (error) {
      if (error instanceof KubeError) return undefined;
      throw error;
    }
  }

  return {
    async mayPatch(owner, { fresh = false, signal } = {}) {
      const last = known.get(keyOf(owner));
      const mayAsk = last?.allowed === false && (fresh || now() - last.at >= refusedMs);
      if (last !== undefined && !mayAsk && now() - last.at < keptMs) return last.allowed;
      // What may be aborted is not shared.
      if (fresh) return keep(owner, await review(owner, signal));
      const key = keyOf(owner);
      const begun = underWay.get(key);
      if (begun) return begun;
      const answer = review(owner)
        .then((allowed) => keep(owner, allowed))
        .finally(() => underWay.delete(key));
      underWay.set(key, answer);
      return answer;
    },
    refused: (owner) => void keep(owner, false),
  };
}
