import type { z } from 'zod';
import type { Cause } from '../api-error.ts';
import type { Fields } from '../json.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Shape } from './shape.ts';

/** Everything that the server knows of one kind: a row of the table. */
export interface KindInfo {
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly short: readonly string[];
  /** Has a `status` subresource: writes to the object leave status alone, and the other way round. */
  readonly status: boolean;
  readonly scale: boolean;
  /** Which changes raise `metadata.generation`. A Deployment's does for annotations too. */
  readonly generation: 'none' | 'spec' | 'spec-and-annotations';
  /** From a custom resource definition: strategic merge is refused, lists keep their items' kind. */
  readonly custom: boolean;
  readonly shape: Shape;
  /** Parsed at each write; undefined: any fields. */
  readonly schema: z.ZodType<Fields> | undefined;
  readonly defaults: ((object: KubeObject, live: KubeObject | undefined) => void) | undefined;
  /** What the server itself writes into a new object, so that no manager owns it. */
  readonly prepare: ((object: KubeObject) => void) | undefined;
  readonly validate: ((object: KubeObject, live: KubeObject | undefined) => Cause[]) | undefined;
  /** Field selectors beyond metadata.name and metadata.namespace. */
  readonly selectable: Readonly<Record<string, (object: KubeObject) => string>>;
}
