import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { bounds } from '@keelson/core';
import { z } from 'zod';
import { HistoryError } from '../errors.ts';
import { startOf } from '../rollouts/id.ts';
import type { Rollout } from '../rollouts/types.ts';
import { clipText } from './clip.ts';
import { stateLetters } from './compact.ts';
import { dictionary1 } from './dictionary.ts';
import { fitted } from './fit.ts';
import { pack, unpack } from './rollout-format-1.ts';

const version = '1';
/** A rollout has a few hundred bytes; more than this is not a rollout. Earlier releases wrote more than this one does. */
const maxBytes = 1_000_000;

/**
 * The stored form: the version of the format, the letter of the state (scripts filter by it), and the packed rollout, deflated with a preset dictionary.
 * What is only shown is left out where it would be too large.
 *
 * @throws HistoryError `invalid` for what `decodeRollout` would refuse, so that nothing is stored that cannot be read
 */
export function encodeRollout(rollout: Rollout): Buffer {
  const body = deflateRawSync(textOf(rollout), {
    dictionary: dictionary1,
    level: 9,
    windowBits: 13,
    memLevel: 6,
  });
  return Buffer.concat([Buffer.from(version + stateLetters[rollout.state]), body]);
}

function textOf(rollout: Rollout): string {
  const pack1 = (one: Rollout): string => JSON.stringify(pack(one));
  const text = pack1(fitted(rollout, (one) => isSmall(pack1(one))));
  const refused = (why: string): HistoryError =>
    new HistoryError(`A rollout of ${rollout.workload} cannot be stored: ${clipText(why)}`, { code: 'invalid' });
  if (!isSmall(text)) throw refused(`it is larger than ${bounds.rolloutBytes} bytes.`);
  try {
    unpack(rollout.id, rollout.createdAt, JSON.parse(text));
    return text;
  } catch (error) {
    throw error instanceof z.ZodError ? refused(z.prettifyError(error)) : error;
  }
}

function isSmall(text: string): boolean {
  return Buffer.byteLength(text) <= bounds.rolloutBytes;
}

/** @throws HistoryError `corrupt`, which names the rollout. */
export function decodeRollout(id: string, bytes: Buffer): Rollout {
  const found = String.fromCharCode(bytes[0] ?? 0);
  if (found !== version)
    throw new HistoryError(`Rollout ${id} is stored in a format that this release does not know.`, { code: 'corrupt' });
  try {
    const text = inflateRawSync(bytes.subarray(2), { dictionary: dictionary1, maxOutputLength: maxBytes }).toString();
    return unpack(id, startOf(id), JSON.parse(text));
  } catch (error) {
    throw new HistoryError(`Rollout ${id} is stored in a form that cannot be parsed.`, {
      code: 'corrupt',
      cause: error,
    });
  }
}
