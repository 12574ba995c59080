import { createScripts } from '@keelson/redis';
import { explain } from './explain.ts';

const folder = new URL('../scripts/', import.meta.url);

/** The Lua scripts in `../scripts`. Strings in their replies come as strings. Throws only QueueError. */
export const { load: loadScript, run } = createScripts({ folder, replies: 'string', explain });
