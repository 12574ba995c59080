import type { IncomingMessage } from 'node:http';
import { parseObject } from '../api/parse.ts';
import { checkNames, checkNamespace, patch, patchTypes } from '../api/patcher.ts';
import type { DeleteOptions, Remover } from '../api/remover.ts';
import type { WriteOptions, Writer } from '../api/writer.ts';
import { methodNotAllowed, noSuchResource, notFound } from '../api-error.ts';
import { fieldsOf } from '../json.ts';
import type { KubeObject } from '../objects/object.ts';
import { keyOf } from '../objects/object.ts';
import type { Store } from '../store/store.ts';
import { json, mediaType, objectBody, yaml } from './body.ts';
import { deleteOptions } from './delete-options.ts';
import { encode, metadataOnly, wantsMetadataOnly } from './encode.ts';
import { listText } from './list.ts';
import type { ReadLog } from './pod-log.ts';
import { podLog } from './pod-log.ts';
import { dryRunIn, flagIn, refuseFuture, versionIn } from './query.ts';
import type { Route } from './route.ts';
import { scaleOf } from './scale.ts';
import { selection } from './selection.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}

export interface Served {
  readonly store: Store;
  readonly writer: Writer;
  readonly remover: Remover;
  readonly readLog: ReadLog;
  readonly now: () => number;
}

export interface Call extends Route {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

function answer(object: KubeObject, status = 200): Answer {
  return { status, body: encode(object) };
}

/** The field manager: that of the request, else the User-Agent up to its first slash. */
function managerOf({ query, request }: Call): string {
  return query.get('fieldManager') ?? (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
}

function subresourceOf({ kind, subresource }: Call): 'status' | undefined {
  if (subresource === undefined) return undefined;
  if (subresource === 'status' && kind.status) return 'status';
  throw noSuchResource();
}

function writeOptions(call: Call, options: Parameters<typeof dryRunIn>[1]): WriteOptions {
  return {
    manager: managerOf(call),
    dryRun: dryRunIn(call.query, options),
    subresource: subresourceOf(call),
  };
}

function keyIn(call: Call): string {
  return `${call.namespace ?? ''}/${call.name ?? ''}`;
}

function live(served: Served, call: Call): KubeObject {
  const object = served.store.get(call.kind, keyIn(call));
  if (object === undefined) throw notFound(call.kind, call.name ?? '');
  return object;
}

function create(served: Served, call: Call): Answer {
  const { kind, namespace } = call;
  const object = parseObject(kind, objectBody(call.request, call.body, kind.kind), false);
  if (kind.namespaced) {
    if (namespace === undefined) throw methodNotAllowed();
    checkNamespace(object, namespace);
    object.metadata.namespace = namespace;
  }
  return answer(served.writer.create(kind, object, writeOptions(call, 'CreateOptions')), 201);
}

function replace(served: Served, call: Call): Answer {
  const { kind, name = '', namespace } = call;
  if (call.subresource === 'scale') return rescale(served, call, objectBody(call.request, call.body, 'Scale'));
  const next = parseObject(kind, objectBody(call.request, call.body, kind.kind), false);
  checkNames(next, name, namespace);
  const options = writeOptions(call, 'UpdateOptions');
  return answer(served.writer.update(kind, live(served, call), next, options));
}

/** Undefined for a type that is no patch; the patch refuses that in its turn. */
function patchBody(contentType: string, text: string): unknown {
  if (!Object.values(patchTypes).some((type) => type === contentType)) return undefined;
  return contentType === patchTypes.apply ? yaml(text) : json(text, 'invalid JSON patch');
}

function change(served: Served, call: Call): Answer {
  const { kind, name = '', namespace, query } = call;
  const contentType = mediaType(call.request);
  const body = patchBody(contentType, call.body);
  if (call.subresource === 'scale') return rescale(served, call, body);
  const options = writeOptions(call, 'PatchOptions');
  const fieldManager = query.get('fieldManager') ?? undefined;
  const force = flagIn(query, 'force');
  const before = served.store.get(kind, keyIn(call));
  const request = { contentType, body, name, namespace, options, fieldManager, force };
  const { object, created } = patch(served.writer, kind, before, request, served.now());
  return answer(object, created ? 201 : 200);
}

/** Writing to `scale` changes the replicas of what it belongs to. */
function rescale(served: Served, call: Call, body: unknown): Answer {
  if (!call.kind.scale) throw noSuchResource();
  const replicas = fieldsOf(fieldsOf(body)['spec'])['replicas'];
  const before = live(served, call);
  if (typeof replicas !== 'number') return { status: 200, body: encode(scaleOf(before)) };
  const next = parseObject(call.kind, { ...before, spec: { ...fieldsOf(before['spec']), replicas } }, true);
  const options = {
    manager: managerOf(call),
    dryRun: dryRunIn(call.query, call.method === 'PUT' ? 'UpdateOptions' : 'PatchOptions'),
  };
  return { status: 200, body: encode(scaleOf(served.writer.update(call.kind, before, next, options))) };
}

function read(served: Served, call: Call): Answer {
  const { kind, name, namespace, query, request, subresource } = call;
  const metadataWanted = wantsMetadataOnly(request.headers.accept);
  if (name === undefined) return { status: 200, body: listText(served.store, kind, namespace, query, metadataWanted) };
  if (kind.kind === 'Pod' && subresource === 'log') {
    const text = podLog(served.store.get(kind, keyIn(call)), name, query, served.readLog);
    return text === undefined ? { status: 204, body: '' } : { status: 200, body: text, contentType: 'text/plain' };
  }
  refuseFuture(versionIn(query), served.store.version);
  const object = live(served, call);
  if (subresource === 'scale' && kind.scale) return { status: 200, body: encode(scaleOf(object)) };
  subresourceOf(call);
  return { status: 200, body: encode(metadataWanted ? metadataOnly(object) : object) };
}

function remove(served: Served, call: Call): Answer {
  const options = deleteOptions(call.query, call.body);
  if (call.name !== undefined) {
    const result = served.remover.remove(call.kind, keyIn(call), options);
    return { status: 200, body: JSON.stringify(result) };
  }
  return removeAll(served, call, options);
}

/** DELETE of a collection returns the list of its objects. */
function removeAll(served: Served, { kind, namespace, query }: Call, options: DeleteOptions): Answer {
  const text = listText(served.store, kind, namespace, query, false);
  const { matches } = selection(kind, namespace, query);
  for (const object of served.store.list(kind).filter(matches)) served.remover.remove(kind, keyOf(object), options);
  return { status: 200, body: text };
}

/** Everything about one resource but watches. Throws ApiError for what is refused. */
export function serveResource(served: Served, call: Call): Answer {
  const onOne = call.name !== undefined;
  if (call.method === 'GET') return read(served, call);
  if (call.method === 'POST' && !onOne) return create(served, call);
  if (call.method === 'PUT' && onOne) return replace(served, call);
  if (call.method === 'PATCH' && onOne) return change(served, call);
  if (call.method === 'DELETE') return remove(served, call);
  throw methodNotAllowed();
}
