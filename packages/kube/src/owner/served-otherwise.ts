import { fields, list, text } from '../fields.ts';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import type { FluxOwner } from '../types.ts';
import { fluxKinds } from './flux-kinds.ts';

/**
 * Where an object of Flux was not found: the error which says that this cluster has the kind all the same, in other versions than the one that Keelson
 * reads, so that the object may well be there. undefined: the object is not there, as far as is known.
 */
export async function servedOtherwise(
  http: KubeHttp,
  type: FluxOwner['type'],
  { reason }: KubeError,
  signal?: AbortSignal,
): Promise<KubeError | undefined> {
  // The API server names the object that is missing; of a kind or version that it does not serve it only says that the page is not found.
  if (reason === 'NotFound') return undefined;
  const { group, version } = fluxKinds[type];
  try {
    const { versions } = fields(await http.request({ path: `/apis/${group}`, signal, deadlineMs: 5_000 }));
    const served = list(versions).flatMap((each) => text(fields(each).version) ?? []);
    if (served.length === 0 || served.includes(version)) return undefined;
    const message = `This cluster serves ${group} as ${served.join(' and ')} only, and Keelson reads ${version}. Update Flux.`;
    return new KubeError(message, { code: 'invalid' });
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}
