import type { Call, Reply } from './call.ts';
import { digestOf } from './digest.ts';
import type { OnPush } from './events.ts';
import { accepts } from './media-types.ts';
import { missingReferences } from './references.ts';
import { failure, methodNotAllowed } from './replies.ts';
import type { Store, StoredManifest } from './store.ts';

/** `/v2/<repository>/manifests/<tag or digest>` */
export function manifests(store: Store, repository: string, reference: string, call: Call, onPush: OnPush): Reply {
  switch (call.method) {
    case 'GET':
    case 'HEAD':
      return serve(store.manifest(repository, reference), call);
    case 'PUT':
      return put(store, repository, reference, call, onPush);
    case 'DELETE':
      return store.deleteManifest(repository, reference) ? { status: 202 } : unknown();
    default:
      return methodNotAllowed();
  }
}

function serve(manifest: StoredManifest | undefined, call: Call): Reply {
  if (manifest === undefined) return unknown();
  if (!accepts(call.headers.accept, manifest.mediaType)) {
    return failure(404, 'MANIFEST_UNKNOWN', `${manifest.mediaType} found, but the accept header does not take it`);
  }
  return {
    status: 200,
    headers: { 'content-type': manifest.mediaType, 'docker-content-digest': manifest.digest },
    body: manifest.body,
  };
}

function put(store: Store, repository: string, reference: string, call: Call, onPush: OnPush): Reply {
  const missing = missingReferences(store, repository, call.body);
  if (missing === undefined) return failure(400, 'MANIFEST_INVALID', 'manifest invalid');
  if (missing.length > 0) {
    return failure(400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${missing.join(', ')}`);
  }
  const tag = reference.includes(':') ? undefined : reference;
  const mediaType = call.headers['content-type'] ?? 'application/json';
  const digest = digestOf(call.body);
  if (tag === undefined && digest !== reference) {
    return failure(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  }
  store.putManifest(repository, { digest, mediaType, body: call.body }, tag);
  const size = call.body.length;
  onPush({ action: 'push', repository, digest, mediaType, size, call, ...(tag === undefined ? {} : { tag }) });
  const location = `/v2/${repository}/manifests/${digest}`;
  return { status: 201, headers: { location, 'docker-content-digest': digest } };
}

function unknown(): Reply {
  return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
}
