import type { Fields, Path } from '../fields.ts';
import { fields, text } from '../fields.ts';
import type { Place } from '../report/schema.ts';

/** Where an object was read from, and how to point into it. */
export interface Origin {
  /** Below the checked folder; absent for an object of a cluster. */
  readonly file?: string;
  /** The place of a field, or of the nearest one above it that is there. `key`: of its name rather than its value. */
  place: (path: Path, which?: 'key' | 'value') => Place;
  /** The whole line on which a field's value begins, with its comment; '' where there is no text. */
  lineAt: (path: Path) => string;
}

/** An object of Kubernetes, Flux or Argo CD, out of a file or a cluster. */
export interface Thing {
  readonly apiVersion: string;
  /** The part of apiVersion before the slash; '' for the core. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  /** As applied: what its kustomization sets wins over its own. Absent where neither says. */
  readonly namespace?: string;
  readonly value: Fields;
  readonly origin: Origin;
}

/** undefined for what is no object of Kubernetes: no kind, no apiVersion or no name. */
export function readThing(value: Fields, origin: Origin, namespace?: string): Thing | undefined {
  const apiVersion = text(value['apiVersion']);
  const kind = text(value['kind']);
  const metadata = fields(value['metadata']);
  const name = text(metadata['name']);
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  const home = namespace ?? text(metadata['namespace']);
  return {
    apiVersion,
    group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
    kind,
    name,
    ...(home !== undefined && { namespace: home }),
    value,
    origin,
  };
}

/** `Deployment myapp/myapp`, as people read it. */
export function describe({ kind, namespace, name }: Pick<Thing, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
