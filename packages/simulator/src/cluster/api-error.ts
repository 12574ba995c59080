/** What errors say of a kind. */
interface NamedKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
}

/** One entry of `details.causes` in a Status. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** The body of an answer that is not an object: metav1.Status. */
export interface StatusBody {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string };
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

interface More {
  readonly continueToken?: string | undefined;
  readonly cause?: unknown;
}

/** An error of the API server, as the Status in its reply (apimachinery, api/errors). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly body: StatusBody;

  constructor(code: number, reason: string | undefined, message: string, details?: StatusDetails, more: More = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: more.continueToken === undefined ? {} : { continue: more.continueToken },
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** `deployments.apps`, `pods`: how messages name a resource. */
function resourceName(kind: NamedKind): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** `Deployment.apps`, `Pod`: how messages of validation name a kind. */
function kindName(kind: Omit<NamedKind, 'plural'>): string {
  return kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
}

function details(kind: NamedKind, name: string): StatusDetails {
  return { ...(name === '' ? {} : { name }), ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural };
}

export function notFound(kind: NamedKind, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${resourceName(kind)} "${name}" not found`, details(kind, name));
}

/** Neither group, version nor resource is served. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(kind: NamedKind, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${resourceName(kind)} "${name}" already exists`, details(kind, name));
}

export function conflict(kind: NamedKind, name: string, why?: string): ApiError {
  const text = why ?? 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${text}`;
  return new ApiError(409, 'Conflict', message, details(kind, name));
}

/** A delete's precondition failed: here the server names the kind, not the resource. */
export function preconditionFailed(kind: NamedKind, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${kindName(kind)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, { ...details(kind, name), kind: kind.kind });
}

export function badRequest(message: string, cause?: unknown): ApiError {
  return new ApiError(400, 'BadRequest', message, undefined, { cause });
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

/** A request without a token: the real server replies 403 to `system:anonymous`, not 401. */
export function anonymousForbidden(
  verb: string,
  resource: string,
  group: string,
  namespace: string | undefined,
): ApiError {
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const who = `User "system:anonymous" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`;
  return new ApiError(403, 'Forbidden', `${resource} is forbidden: ${who}`, { kind: resource });
}

export function namespaceTerminating(kind: NamedKind, name: string, namespace: string): ApiError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  return new ApiError(403, 'Forbidden', `${resourceName(kind)} "${name}" is forbidden: ${why}`, {
    ...details(kind, name),
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}

export function unsupportedPatch(): ApiError {
  return new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** Custom resources have no structs to read merge keys from: no strategic merge. */
export function unsupportedCustomPatch(): ApiError {
  return unknownFormat('application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml');
}

export function unsupportedBody(): ApiError {
  return unknownFormat('application/json, application/yaml');
}

function unknownFormat(accepted: string): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

/** A JSON patch that cannot be applied, a failed `test` among them; the real server says nothing more either. */
export function patchRejected(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

export function invalid(kind: Omit<NamedKind, 'plural'>, name: string, causes: readonly Cause[]): ApiError {
  const texts = causes.map((cause) => `${cause.field ?? ''}: ${cause.message}`);
  const list = texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${kindName(kind)} "${name}" is invalid: ${list}`, {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    causes,
  });
}

/** Options of a request are validated as objects of the group meta.k8s.io. */
export function invalidOptions(
  kind: 'PatchOptions' | 'ListOptions' | 'CreateOptions' | 'UpdateOptions' | 'DeleteOptions',
  cause: Cause,
): ApiError {
  return invalid({ group: 'meta.k8s.io', kind }, '', [cause]);
}

export function expired(message: string, continueToken?: string): ApiError {
  return new ApiError(410, 'Expired', message, undefined, { continueToken });
}

export function tooLargeVersion(asked: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

export const cause = {
  required: (field: string, why?: string): Cause => ({
    reason: 'FieldValueRequired',
    message: why === undefined ? 'Required value' : `Required value: ${why}`,
    field,
  }),
  invalid: (field: string, value: unknown, why: string): Cause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`,
    field,
  }),
  duplicate: (field: string, value: unknown): Cause => ({
    reason: 'FieldValueDuplicate',
    message: `Duplicate value: ${JSON.stringify(value)}`,
    field,
  }),
  forbidden: (field: string, why: string): Cause => ({
    reason: 'FieldValueForbidden',
    message: `Forbidden: ${why}`,
    field,
  }),
  unsupported: (field: string, value: unknown, supported: readonly string[]): Cause => ({
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((v) => `"${v}"`).join(', ')}`,
    field,
  }),
};
