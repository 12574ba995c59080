import { bounds } from '@keelson/core';
import type { Fields } from '../fields.ts';
import { fields, flag, list, optional, text } from '../fields.ts';
import type { Condition } from '../types.ts';
import type { Reflected } from '../watch/reflect.ts';

export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** undefined for anything but a Kubernetes object. */
export function readMetadata(object: unknown): Metadata | undefined {
  const metadata = fields(fields(object).metadata);
  const name = text(metadata.name);
  const uid = text(metadata.uid);
  if (name === undefined || uid === undefined) return undefined;
  return {
    namespace: text(metadata.namespace) ?? '',
    name,
    uid,
    resourceVersion: text(metadata.resourceVersion) ?? '',
  };
}

/** The identity of an object that another one may control. */
export interface Owned extends Omit<Metadata, 'resourceVersion'> {
  /** The uid of the object that controls this one. */
  readonly ownerUid?: string;
}

/** undefined for anything but a Kubernetes object. */
export function readOwned(object: unknown): Owned | undefined {
  const identity = readMetadata(object);
  if (identity === undefined) return undefined;
  const { namespace, name, uid } = identity;
  const owner = list(fields(fields(object).metadata).ownerReferences)
    .map(fields)
    .find(({ controller }) => flag(controller));
  return { namespace, name, uid, ...optional('ownerUid', text(owner?.uid)) };
}

export function readConditions(status: Fields): readonly Condition[] {
  return list(status.conditions)
    .slice(0, bounds.conditions)
    .map((value) => {
      const condition = fields(value);
      return {
        type: cut(condition.type) ?? '',
        status: cut(condition.status) ?? '',
        ...optional('reason', cut(condition.reason) || undefined),
        ...optional('message', cut(condition.message) || undefined),
      };
    });
}

/** A text of an object's status, which controllers of anybody may write. */
export function cut(value: unknown): string | undefined {
  return text(value)?.slice(0, bounds.statusChars);
}

/** Turns a reader of trimmed objects into one for `reflect`. */
export function reflected<T>(read: (object: unknown) => T | undefined): (object: unknown) => Reflected<T> | undefined {
  return (object) => {
    const metadata = readMetadata(object);
    const trimmed = metadata === undefined ? undefined : read(object);
    if (metadata === undefined || trimmed === undefined) return undefined;
    const { namespace, name, uid, resourceVersion } = metadata;
    return { key: `${namespace}/${name}`, uid, resourceVersion, object: trimmed };
  };
}
