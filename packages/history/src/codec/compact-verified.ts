import { writePathNames, writePaths } from '@keelson/core';
import { z } from 'zod';
import type { Rollout, SoakBaseline, Written } from '../rollouts/types.ts';
import { time } from './time.ts';

/** The letter of each write path: part of the stored format. */
const pathLetters: ReadonlyMap<string, string> = new Map(writePathNames.map((name) => [name, writePaths[name].letter]));
const pathNames = new Map([...pathLetters].map(([name, letter]) => [letter, name]));

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hash = /^[0-9a-f]{16}$/;
const short = /^([a-zA-Z])([\w-]{22})(.*)$/s;

/** A hash of 8 bytes in characters of base64url. */
const hashChars = 11;

/**
 * One text: the letter of the path, the 16 bytes of the uid in 22 characters, and the hash of the template, whose 8 bytes are 11 characters where the
 * letter of the path is a capital; then 11 more for the hash of what others wrote, where it is known. A path without a letter, a uid that is
 * not a UUID, or a hash of another form is stored as texts: uid, template, path, and the other hash.
 */
export function packWritten({ uid, template, path, foreign }: Written): string | string[] {
  const letter = pathLetters.get(path);
  const isShort = letter !== undefined && uuid.test(uid);
  if (!isShort || (foreign !== undefined && !(hash.test(template) && hash.test(foreign)))) {
    return [uid, template, path, ...(foreign === undefined ? [] : [foreign])];
  }
  const object = packHex(uid.replaceAll('-', ''));
  if (!hash.test(template)) return `${letter}${object}${template}`;
  return `${letter.toUpperCase()}${object}${packHex(template)}${foreign === undefined ? '' : packHex(foreign)}`;
}

const packedShort = z.string().transform((text, context): Written => {
  const [, letter = '', uid = '', rest = ''] = short.exec(text) ?? [];
  const path = pathNames.get(letter.toLowerCase());
  const isHash = letter !== letter.toLowerCase();
  if (path !== undefined) return { uid: unpackUuid(uid), ...(isHash ? unpackHashes(rest) : { template: rest }), path };
  context.addIssue({ code: 'custom', message: `unknown letter ${letter}` });
  return z.NEVER;
});

function unpackHashes(text: string): Pick<Written, 'template' | 'foreign'> {
  const foreign = unpackHex(text.slice(hashChars));
  return { template: unpackHex(text.slice(0, hashChars)), ...(foreign !== '' && { foreign }) };
}

const packedLong = z
  .tuple([z.string(), z.string(), z.string(), z.string().optional()])
  .transform(
    ([uid, template, path, foreign]): Written => ({ uid, template, path, ...(foreign !== undefined && { foreign }) }),
  );

export const packedWritten = z.union([packedShort, packedLong]);

function unpackUuid(text: string): string {
  const hex = unpackHex(text);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function packHex(text: string): string {
  return Buffer.from(text, 'hex').toString('base64url');
}

function unpackHex(text: string): string {
  return Buffer.from(text, 'base64url').toString('hex');
}

/** The times of a soak as distances, which are shorter. */
export function packBaseline({ since, lastReady, newestPod }: SoakBaseline, createdAt: number): number[] {
  return [since - createdAt, since - lastReady, since - newestPod];
}

export const packedBaseline = z
  .tuple([z.number(), z.number(), z.number()])
  .transform(([after, ready, newest]) => (createdAt: number): SoakBaseline => {
    const since = createdAt + after;
    return { since: time.parse(since), lastReady: since - ready, newestPod: since - newest };
  });

/** Undefined for an update; for a rollback the id of the failed rollout, or 1 for a manual one. */
export function packOrigin({ kind, rollbackOf }: Pick<Rollout, 'kind' | 'rollbackOf'>): string | number | undefined {
  return kind === 'rollback' ? (rollbackOf ?? 1) : undefined;
}

export const packedOrigin = z.union([z.literal(1), z.string()]).transform(
  (of): Pick<Rollout, 'kind' | 'rollbackOf'> => ({
    kind: 'rollback',
    ...(of !== 1 && { rollbackOf: of }),
  }),
);
