import { cause, invalid } from '../api-error.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';
import { randomSuffix } from './random-suffix.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const rule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Generates the name where the object has `generateName` only. @throws ApiError 422 for an invalid name */
export function settleName(kind: KindInfo, object: KubeObject): void {
  const { metadata } = object;
  if (metadata.name === '' && metadata.generateName) metadata.name = metadata.generateName + randomSuffix();
  if (metadata.name === '') {
    throw invalid(kind, '', [cause.required('metadata.name', 'name or generateName is required')]);
  }
  if (!subdomain.test(metadata.name) || metadata.name.length > 253) {
    throw invalid(kind, metadata.name, [cause.invalid('metadata.name', metadata.name, rule)]);
  }
}
