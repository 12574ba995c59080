import type { WriteOptions } from '../types.ts';
import { stateKey } from './keys.ts';

/** The annotation to write along; nothing where the state is to stay as it is. */
export function stateOf({ state }: WriteOptions = {}): Readonly<Record<string, string>> {
  return state === undefined ? {} : { [stateKey]: state };
}
