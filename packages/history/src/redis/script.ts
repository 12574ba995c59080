import { createScripts } from '@keelson/redis';
import { explain } from './explain.ts';

const folder = new URL('../scripts/', import.meta.url);

/** The Lua scripts in `../scripts`. Strings in their replies come as Buffers. Throws only HistoryError. */
export const { load: loadScript, run } = createScripts({ folder, replies: 'buffer', explain });

/** Waits for a reply of Redis. @throws HistoryError */
export async function ask<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw explain(error);
  }
}
