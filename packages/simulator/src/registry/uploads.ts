import { commitBlob } from './blobs.ts';
import type { Call, Reply } from './call.ts';
import { digestOf } from './digest.ts';
import type { OnPush } from './events.ts';
import { failure, methodNotAllowed } from './replies.ts';
import type { Store } from './store.ts';

/** POST `/v2/<repository>/blobs/uploads/`: mount, whole content at once, or the start of an upload. */
export function startUpload(store: Store, repository: string, call: Call, onPush: OnPush): Reply {
  if (call.method !== 'POST') return methodNotAllowed();
  const mount = call.query.get('mount');
  const mounted = mount === null ? undefined : store.blob(call.query.get('from') ?? '', mount);
  if (mounted !== undefined) return mountBlob(store, repository, mounted, call, onPush);
  const digest = call.query.get('digest');
  if (digest !== null) return commitBlob(store, repository, call.body, digest, call, onPush);
  return progress(202, repository, store.startUpload(repository), 0);
}

/** `/v2/<repository>/blobs/uploads/<id>` */
export function upload(store: Store, repository: string, id: string, call: Call, onPush: OnPush): Reply {
  const found = store.upload(repository, id);
  if (found === undefined) return failure(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  switch (call.method) {
    case 'GET':
      return progress(204, repository, id, found.content.length);
    case 'PATCH': {
      if (!continues(call, found.content.length)) return failure(416, 'RANGE_INVALID', 'invalid content range');
      found.content = Buffer.concat([found.content, call.body]);
      return progress(202, repository, id, found.content.length);
    }
    case 'PUT': {
      const content = Buffer.concat([found.content, call.body]);
      const reply = commitBlob(store, repository, content, call.query.get('digest') ?? '', call, onPush);
      store.endUpload(id);
      return reply;
    }
    case 'DELETE':
      store.endUpload(id);
      return { status: 204 };
    default:
      return methodNotAllowed();
  }
}

function mountBlob(store: Store, repository: string, content: Buffer, call: Call, onPush: OnPush): Reply {
  const digest = digestOf(content);
  store.putBlob(repository, digest, content);
  const size = content.length;
  onPush({ action: 'mount', repository, digest, mediaType: 'application/octet-stream', size, call });
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest } };
}

/** Chunks must come in order; a chunk without Content-Range is one stream. */
function continues(call: Call, have: number): boolean {
  const range = call.headers['content-range'];
  return range === undefined || Number(/^(\d+)-\d+$/.exec(range)?.[1] ?? Number.NaN) === have;
}

function progress(status: number, repository: string, id: string, length: number): Reply {
  const headers = {
    location: `/v2/${repository}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, length - 1)}`,
    'docker-upload-uuid': id,
  };
  return { status, headers };
}
