import { z } from 'zod';

const strings = z.record(z.string(), z.string());

const ownerReference = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
  blockOwnerDeletion: z.boolean().optional(),
});

export type OwnerReference = z.infer<typeof ownerReference>;

/** A set of fields as `fieldsV1` writes it: `f:name`, `k:{"name":"app"}`, `v:"x"` lead on, `.` is the place itself. */
export interface FieldTree {
  [element: string]: FieldTree;
}

const fieldTree: z.ZodType<FieldTree> = z.lazy(() => z.record(z.string(), fieldTree));

const managedFieldsEntry = z.object({
  manager: z.string(),
  operation: z.enum(['Apply', 'Update']),
  apiVersion: z.string(),
  time: z.string().optional(),
  fieldsType: z.string().optional(),
  fieldsV1: fieldTree,
  subresource: z.string().optional(),
});

export const managedFieldsList = z.array(managedFieldsEntry).min(1);

export type ManagedFieldsEntry = z.infer<typeof managedFieldsEntry>;

const metadata = z.looseObject({
  name: z.string().default(''),
  generateName: z.string().optional(),
  namespace: z.string().optional(),
  uid: z.string().default(''),
  resourceVersion: z.string().default(''),
  generation: z.number().optional(),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().optional(),
  deletionGracePeriodSeconds: z.number().optional(),
  labels: strings.optional(),
  annotations: strings.optional(),
  ownerReferences: z.array(ownerReference).optional(),
  finalizers: z.array(z.string()).optional(),
});

/** Metadata as a client sends it: without the fields that only the server writes. */
export const sentObject = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: metadata.prefault({}),
});

export type Metadata = z.infer<typeof metadata> & { managedFields?: ManagedFieldsEntry[] | undefined };

/** Any object of the API. What is stored is never changed in place: each write makes a new one. */
export interface KubeObject {
  [field: string]: unknown;
  readonly apiVersion: string;
  readonly kind: string;
  metadata: Metadata;
}

/** `namespace/name`, or `/name` without a namespace: the key in the store, and its order. */
export function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** Seconds, as metav1.Time writes it. */
export function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The owner that controls this object, if any. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}
