import { parseAllDocuments } from 'yaml';
import type { Fields } from '../cluster/json.ts';
import { fieldsOf, isFields, listOf } from '../cluster/json.ts';

/** An object of git, as far as Flux itself reads it. */
export interface Manifest extends Fields {
  apiVersion: string;
  kind: string;
  metadata: Fields & { name: string };
}

function isManifest(value: Fields): value is Manifest {
  return ['apiVersion', 'kind'].every((field) => typeof value[field] === 'string') && isNamed(value['metadata']);
}

function isNamed(value: unknown): boolean {
  return isFields(value) && typeof value['name'] === 'string';
}

/** YAML of one or more documents, an object, or a list of these, as single objects. Throws for one without kind or name. */
export function manifestsIn(source: unknown): Manifest[] {
  if (typeof source === 'string') return parseAllDocuments(source).flatMap((each) => manifestsIn(each.toJS()));
  if (Array.isArray(source)) return listOf(source).flatMap(manifestsIn);
  if (source === null || source === undefined) return [];
  if (isFields(source) && isManifest(source)) return [structuredClone(source)];
  throw new Error(`A manifest needs apiVersion, kind and metadata.name: ${JSON.stringify(source)?.slice(0, 200)}`);
}

/** '' where there is none. */
export function groupOf({ apiVersion }: Manifest): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** '' where there is none. */
export function namespaceOf({ metadata }: Manifest): string {
  return typeof metadata['namespace'] === 'string' ? metadata['namespace'] : '';
}

/** `Kind/namespace/name`, as Flux says it in events. */
export function subjectOf(manifest: Manifest): string {
  return [manifest.kind, namespaceOf(manifest), manifest.metadata.name].filter((part) => part !== '').join('/');
}

export function textsIn(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, text]) => [key, String(text)]));
}
