import {
  badRequest,
  cause,
  conflict,
  invalidOptions,
  notFound,
  unsupportedCustomPatch,
  unsupportedPatch,
} from '../api-error.ts';
import { applyConfiguration } from '../fields/apply.ts';
import type { Fields } from '../json.ts';
import { equal, fieldsOf, isFields } from '../json.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject, ManagedFieldsEntry } from '../objects/object.ts';
import { managedFieldsList } from '../objects/object.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMerge } from '../patch/strategic.ts';
import { parseObject } from './parse.ts';
import type { WriteOptions, Writer } from './writer.ts';

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export interface PatchRequest {
  readonly contentType: string;
  /** Parsed already: JSON, or for apply YAML. */
  readonly body: unknown;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly options: WriteOptions;
  /** As the client gave it; apply requires one. */
  readonly fieldManager: string | undefined;
  readonly force: boolean | undefined;
}

export interface PatchResult {
  readonly object: KubeObject;
  readonly created: boolean;
}

function patched(kind: KindInfo, live: KubeObject, contentType: string, body: unknown): unknown {
  if (contentType === patchTypes.json) return jsonPatch(live, body);
  if (contentType === patchTypes.strategic && kind.custom) throw unsupportedCustomPatch();
  if (contentType !== patchTypes.merge && contentType !== patchTypes.strategic) throw unsupportedPatch();
  if (!isFields(body)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
  }
  return contentType === patchTypes.merge ? mergePatch(live, body) : strategicMerge(live, body, kind.shape);
}

/** The names in the object must be those in the URL. */
export function checkNames(object: KubeObject, name: string, namespace: string | undefined): void {
  const { metadata } = object;
  if (metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  checkNamespace(object, namespace);
}

/** An object that names a namespace must name that of the URL. */
export function checkNamespace({ metadata }: KubeObject, namespace: string | undefined): void {
  if (namespace !== undefined && (metadata.namespace ?? namespace) !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** Who owns what, where the patch itself says so; a list that cannot be read, or an empty one, is passed over. */
function claimedFields(live: KubeObject, patched: unknown): ManagedFieldsEntry[] | undefined {
  const sent = fieldsOf(fieldsOf(patched)['metadata'])['managedFields'];
  if (equal(sent, live.metadata.managedFields)) return undefined;
  return managedFieldsList.safeParse(sent).data;
}

/** PATCH of an object, by content type. Throws what the real server answers: 400, 404, 409, 415, 422. */
export function patch(
  writer: Writer,
  kind: KindInfo,
  live: KubeObject | undefined,
  request: PatchRequest,
  now: number,
): PatchResult {
  if (request.contentType === patchTypes.apply) return apply(writer, kind, live, request, now);
  if (request.force !== undefined) {
    throw invalidOptions('PatchOptions', cause.forbidden('force', 'may not be specified for non-apply patch'));
  }
  if (live === undefined) throw notFound(kind, request.name);
  const result = patched(kind, live, request.contentType, request.body);
  const next = parseObject(kind, result, true);
  checkNames(next, request.name, request.namespace);
  const options = { ...request.options, claimedFields: claimedFields(live, result) };
  return { object: writer.update(kind, live, next, options), created: false };
}

function configurationOf(kind: KindInfo, body: unknown): Fields {
  if (!isFields(body)) throw badRequest('error decoding YAML: expected a map');
  const { apiVersion = '', kind: name = '' } = body;
  if (apiVersion !== kind.apiVersion || name !== kind.kind) {
    throw badRequest(`invalid object type: ${String(apiVersion)}${apiVersion === '' ? '/' : ''}, Kind=${String(name)}`);
  }
  if (isFields(body['metadata']) && body['metadata']['managedFields'] !== undefined) {
    throw badRequest('metadata.managedFields must be nil');
  }
  return body;
}

function apply(
  writer: Writer,
  kind: KindInfo,
  live: KubeObject | undefined,
  request: PatchRequest,
  now: number,
): PatchResult {
  if (request.fieldManager === undefined || request.fieldManager === '') {
    throw invalidOptions('PatchOptions', cause.required('fieldManager', 'is required for apply patch'));
  }
  const body = configurationOf(kind, request.body);
  const configuration = parseObject(kind, body, true);
  if (live === undefined && configuration.metadata.uid !== '') {
    const uid = configuration.metadata.uid;
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(kind, request.name, why);
  }
  const manager = { name: request.fieldManager, operation: 'Apply', subresource: request.options.subresource } as const;
  const applied = applyConfiguration(kind, live, body, manager, { force: request.force === true, now });
  const next = parseObject(kind, applied.object, true);
  const { uid, resourceVersion, name } = configuration.metadata;
  next.metadata = { ...next.metadata, name: name === '' ? request.name : name, uid, resourceVersion };
  checkNames(next, request.name, configuration.metadata.namespace === undefined ? undefined : request.namespace);
  if (request.namespace !== undefined) next.metadata.namespace = request.namespace;
  const options = { ...request.options, managedFields: applied.managedFields };
  if (live === undefined) return { object: writer.create(kind, next, options), created: true };
  return { object: writer.update(kind, live, next, options), created: false };
}
