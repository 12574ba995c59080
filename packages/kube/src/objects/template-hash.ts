import { hash } from 'node:crypto';
import type { WorkloadKind } from '@keelson/core';
import { repositoryOf } from '@keelson/image';
import type { Fields } from '../fields.ts';
import { fields, list, text } from '../fields.ts';
import { isPinAnnotation } from '../keys.ts';
import type { Workload } from '../types.ts';
import { referenceOf } from '../write/image-text.ts';
import { templateOf } from './kinds.ts';
import { isMark, isVariableMark } from './marks.ts';

// 64 bits are enough: only templates of the same workload are compared.
const bytes = 8;

/**
 * The same value with sorted keys, so that its JSON is the same however it was sent. Nulls are left out: older API servers send
 * `creationTimestamp: null`, newer ones nothing. Sorting first and serialising once is twice as fast as serialising sorted.
 */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const given = fields(value);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(given).sort()) if (given[key] !== null) copy[key] = ordered(given[key]);
  return copy;
}

function hashOf(value: unknown): string {
  // Sliced from the bytes: a slice of the string would keep the whole string in memory.
  return hash('sha256', JSON.stringify(value), 'buffer').toString('hex', 0, bytes);
}

function bareVariables(env: unknown): unknown {
  const isBare = ({ name, valueFrom }: Fields) => valueFrom !== undefined || !isVariableMark(text(name) ?? '');
  return list(env).map(fields).filter(isBare);
}

/** The template without images, pin annotations and marks. A map in which nothing else was is left out, as before Keelson added it. */
function withoutPins(template: unknown): unknown {
  const { metadata, spec, ...rest } = fields(template);
  const { annotations, labels, ...named } = fields(metadata);
  const { containers, initContainers, ...pods } = fields(spec);
  const others = (map: unknown) => Object.entries(fields(map)).filter(([key]) => !isPinAnnotation(key) && !isMark(key));
  const bare = (values: unknown) =>
    list(values).map((value) => {
      const { image: _, env, ...container } = fields(value);
      return { container, env: bareVariables(env) };
    });
  return {
    rest,
    named,
    annotations: others(annotations),
    labels: others(labels),
    pods,
    containers: bare(containers),
    initContainers: bare(initContainers),
  };
}

/**
 * Two hashes of the pod template of an object as the API server sends it, 16 hex digits each: `templateHash` of the whole template, `foreignHash`
 * of what is neither an image, nor a pin annotation, nor a mark.
 */
export function templateHashesOf(kind: WorkloadKind, object: unknown): Pick<Workload, 'templateHash' | 'foreignHash'> {
  const template = ordered(templateOf(kind, object));
  return { templateHash: hashOf(template), foreignHash: hashOf(withoutPins(template)) };
}

/**
 * 16 hex digits: a hash of what others wrote into the pod template, where Keelson wrote the digests of `pinned` containers. It stays the same when a
 * manifest is applied again whose images have other digests or none, or whose marks differ; any other change to the template changes it.
 */
export function foreignHashOf(
  { foreignHash, containers }: Pick<Workload, 'foreignHash' | 'containers'>,
  pinned: readonly string[],
): string {
  const images = containers.map(({ name, image }) => [name, pinned.includes(name) ? withoutDigest(image) : image]);
  return hashOf([foreignHash, images]);
}

function withoutDigest(image: string): string {
  const reference = referenceOf(image);
  return reference === undefined ? image : `${repositoryOf(reference)}:${reference.tag ?? ''}`;
}
