import type { Call, Reply } from './call.ts';
import { digestOf } from './digest.ts';
import type { OnPush } from './events.ts';
import { failure, methodNotAllowed } from './replies.ts';
import type { Store } from './store.ts';

/** `/v2/<repository>/blobs/<digest>` */
export function blobs(store: Store, repository: string, digest: string, call: Call): Reply {
  const content = store.blob(repository, digest);
  if (content === undefined) return failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  switch (call.method) {
    case 'GET':
    case 'HEAD':
      return {
        status: 200,
        headers: { 'content-type': 'application/octet-stream', 'docker-content-digest': digest },
        body: content,
      };
    case 'DELETE':
      store.deleteBlob(repository, digest);
      return { status: 202 };
    default:
      return methodNotAllowed();
  }
}

/** Takes an upload's content in: 201 where it is what its digest says. */
export function commitBlob(
  store: Store,
  repository: string,
  content: Buffer,
  digest: string,
  call: Call,
  onPush: OnPush,
): Reply {
  const actual = digestOf(content);
  if (actual !== digest) return failure(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  store.putBlob(repository, actual, content);
  onPush({
    action: 'push',
    repository,
    digest: actual,
    mediaType: 'application/octet-stream',
    size: content.length,
    call,
  });
  return {
    status: 201,
    headers: { location: `/v2/${repository}/blobs/${actual}`, 'docker-content-digest': actual },
  };
}
