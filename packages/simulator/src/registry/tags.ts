import type { Call, Reply } from './call.ts';
import { failure, json, methodNotAllowed } from './replies.ts';
import type { Store } from './store.ts';

/** `/v2/<repository>/tags/list`, paged by `n` and `last` with a Link to the next page (spec.md#listing-tags). */
export function tags(store: Store, repository: string, call: Call): Reply {
  if (call.method !== 'GET') return methodNotAllowed();
  if (!store.has(repository)) return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const last = call.query.get('last');
  const rest = store.tags(repository).filter((tag) => last === null || tag > last);
  const limit = Number(call.query.get('n') ?? rest.length);
  const page = rest.slice(0, limit);
  const headers: Record<string, string> = {};
  if (page.length < rest.length && page.length > 0) {
    const next = new URLSearchParams({ last: page.at(-1) ?? '', n: String(limit) });
    headers.link = `</v2/${repository}/tags/list?${next}>; rel="next"`;
  }
  return json(200, { name: repository, tags: page }, headers);
}
