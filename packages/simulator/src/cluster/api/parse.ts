import { ApiError, badRequest } from '../api-error.ts';
import type { Fields } from '../json.ts';
import { isEmpty, isFields, listOf } from '../json.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';
import { sentObject } from '../objects/object.ts';

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function wrongType(kind: KindInfo, issues: readonly Issue[], patching: boolean): ApiError {
  const [issue] = issues;
  const why = `json: cannot unmarshal into Go struct field ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`;
  if (!patching)
    return badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`);
  const causes = [{ reason: 'FieldValueInvalid', message: `Invalid value: ${why}`, field: 'patch' }];
  return new ApiError(422, 'Invalid', ` "" is invalid: patch: Invalid value: ${why}`, { causes });
}

/** Maps that the real server's structs leave out when they are empty; an empty struct stays. */
const maps = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'data',
  'binaryData',
  'limits',
  'requests',
]);

/** The real server's structs write no field that is null, no empty list, and no empty map. */
function asStruct(value: Fields): Fields {
  const result: Fields = {};
  for (const [field, part] of Object.entries(value)) {
    if (part === null || part === undefined || (isEmpty(part) && (Array.isArray(part) || maps.has(field)))) continue;
    result[field] = isFields(part) ? asStruct(part) : listAsStructs(part);
  }
  return result;
}

function listAsStructs(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return listOf(value).map((item) => (isFields(item) ? asStruct(item) : item));
}

/**
 * A request's or a patch's result as an object of this kind: a fresh copy that may be changed in place.
 * Throws 400 (or 422 when it came of a patch) for a field of the wrong type, 400 for an object of another kind.
 */
export function parseObject(kind: KindInfo, body: unknown, patching: boolean): KubeObject {
  if (!isFields(body)) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind})`);
  const sent = sentObject.safeParse(kind.custom ? body : asStruct(body));
  if (!sent.success) throw wrongType(kind, sent.error.issues, patching);
  const { apiVersion = kind.apiVersion, kind: name = kind.kind } = sent.data;
  if (name !== kind.kind || apiVersion !== kind.apiVersion) {
    const from = `converting (${apiVersion}.${name}) to (${kind.group === '' ? 'core' : kind.group}.${kind.kind}): unknown conversion`;
    throw badRequest(`${name} in version "${apiVersion}" cannot be handled as a ${kind.kind}: ${from}`);
  }
  const typed = kind.schema?.safeParse(sent.data);
  if (typed?.success === false) throw wrongType(kind, typed.error.issues, patching);
  const { managedFields: _managedFields, ...metadata } = sent.data.metadata;
  return { ...sent.data, ...typed?.data, apiVersion: kind.apiVersion, kind: kind.kind, metadata };
}
