import type { Fields, Path } from '@keelson/kube/fields';
import { fields, text } from '@keelson/kube/fields';
import type { Location } from '../report/schema.ts';

/** Where an object was read from, and where its fields are. */
export interface Origin {
  /** Relative to the linted folder; absent for an object of a cluster. */
  readonly file?: string;
  /** The location of a field, or of the nearest existing field above it. `key`: of its name instead of its value. */
  location: (path: Path, which?: 'key' | 'value') => Location;
  /** The whole line on which a field's value begins, with its comment; '' where there is no text. */
  lineAt: (path: Path) => string;
}

/** An object of Kubernetes, Flux or Argo CD, from a file or a cluster. */
export interface ManifestObject {
  readonly apiVersion: string;
  /** The part of apiVersion before the slash; '' for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  /** As applied: the kustomization's namespace before its own. Absent where neither has one. */
  readonly namespace?: string;
  readonly value: Fields;
  readonly origin: Origin;
}

/** Returns undefined for a value that is not an object of Kubernetes: without kind, apiVersion or name. */
export function readManifestObject(value: Fields, origin: Origin, namespace?: string): ManifestObject | undefined {
  const apiVersion = text(value['apiVersion']);
  const kind = text(value['kind']);
  const metadata = fields(value['metadata']);
  const name = text(metadata['name']);
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  const applied = namespace ?? text(metadata['namespace']);
  return {
    apiVersion,
    group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
    kind,
    name,
    ...(applied !== undefined && { namespace: applied }),
    value,
    origin,
  };
}

/** `Deployment myapp/myapp`, for messages. */
export function describe({ kind, namespace, name }: Pick<ManifestObject, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
