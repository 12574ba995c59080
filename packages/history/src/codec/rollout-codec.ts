import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { HistoryError } from '../errors.ts';
import { startOf } from '../rollouts/id.ts';
import type { Rollout } from '../rollouts/types.ts';
import { stateLetters } from './compact.ts';
import { dictionary1 } from './dictionary.ts';
import { pack, unpack } from './rollout-format-1.ts';

const version = '1';
/** A rollout has a few hundred bytes; more than this is not a rollout. */
const maxBytes = 1_000_000;

/** The stored form: the version of the format, the letter of the state (scripts filter by it), and the packed rollout, deflated with a preset dictionary. */
export function encodeRollout(rollout: Rollout): Buffer {
  const body = deflateRawSync(JSON.stringify(pack(rollout)), {
    dictionary: dictionary1,
    level: 9,
    windowBits: 13,
    memLevel: 6,
  });
  return Buffer.concat([Buffer.from(version + stateLetters[rollout.state]), body]);
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
