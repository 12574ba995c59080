import { blobs } from './blobs.ts';
import type { Call, Reply } from './call.ts';
import type { OnPush } from './events.ts';
import { manifests } from './manifests.ts';
import { failure, json } from './replies.ts';
import type { Store } from './store.ts';
import { tags } from './tags.ts';
import { startUpload, upload } from './uploads.ts';

/** The access that a request needs: `action` is `pull`, `push` or `delete`. Absent for `/v2/` itself. */
export interface Access {
  readonly repository: string;
  readonly action: string;
}

export interface Route {
  readonly access?: Access;
  handle(): Reply;
}

const actions: Readonly<Record<string, string>> = { GET: 'pull', HEAD: 'pull', DELETE: 'delete' };

/** The distribution endpoints (spec.md#endpoints); undefined where there is none. */
export function route(store: Store, call: Call, onPush: OnPush): Route | undefined {
  if (call.path === '/v2/' || call.path === '/v2') return { handle: () => json(200, {}) };
  const found = /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags)\/([^/]*)$/.exec(call.path);
  const [, repository, kind, last] = found ?? [];
  if (repository === undefined || kind === undefined || last === undefined) return undefined;
  const access = { repository, action: actions[call.method] ?? 'push' };
  switch (kind) {
    case 'blobs/uploads':
      return last === ''
        ? { access, handle: () => startUpload(store, repository, call, onPush) }
        : { access, handle: () => upload(store, repository, last, call, onPush) };
    case 'blobs':
      return { access, handle: () => blobs(store, repository, last, call) };
    case 'manifests':
      return { access, handle: () => manifests(store, repository, last, call, onPush) };
    default:
      return last === 'list' ? { access, handle: () => tags(store, repository, call) } : undefined;
  }
}

export function noRoute(): Reply {
  return failure(404, 'NAME_UNKNOWN', 'no such endpoint');
}
