import { fields, list, text } from '../fields.ts';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';

export interface ListRequest {
  readonly http: KubeHttp;
  readonly path: string;
  readonly pageSize: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/**
 * Lists page by page and passes each object on at once, so that at most one page is in memory. A page that is too large for one answer is requested in
 * halves: whoever may make objects of a mebibyte makes hundreds.
 *
 * @returns the resourceVersion to watch from
 * @throws KubeError `gone` when a continue token expired: list again from the start
 */
export async function listPages(
  { http, path, pageSize, deadlineMs, signal }: ListRequest,
  each: (object: unknown) => void,
): Promise<string> {
  let next: string | undefined;
  let limit = pageSize;
  for (;;) {
    const request = { path, query: { limit, continue: next }, deadlineMs, signal };
    const answer = await http.request(request).catch((error: unknown) => {
      if (limit > 1 && error instanceof KubeError && error.code === 'too-large') return undefined;
      throw error;
    });
    if (answer === undefined) {
      limit = Math.ceil(limit / 2);
      continue;
    }
    limit = Math.min(limit * 2, pageSize);
    const page = fields(answer);
    const metadata = fields(page.metadata);
    const version = text(metadata.resourceVersion);
    if (version === undefined)
      throw new KubeError(`list ${path}: the answer is not a Kubernetes list.`, { code: 'protocol' });
    for (const object of list(page.items)) each(object);
    next = text(metadata.continue) || undefined;
    if (next === undefined) return version;
  }
}
