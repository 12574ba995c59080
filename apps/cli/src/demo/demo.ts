import { EventEmitter, once } from 'node:events';
import { createHistory } from '@keelson/history';
import type { ForgeEvent } from '@keelson/laptop';
import { createLogger } from '@keelson/log';
import { createClient } from '../api/client.ts';
import { untilStopped } from '../until-stopped.ts';
import { tellPipelines } from './pipelines.ts';
import { startPlace } from './place.ts';
import type { DemoOptions } from './play.ts';
import { play } from './play.ts';
import { createScreen } from './screen.ts';
import { workingCopy } from './working-copy.ts';

/** As a shell says it of what Ctrl-C ended. */
const INTERRUPTED = 130;

/** `keelson demo`: the post's loop on this machine. Returns the exit code: 1 when the story did not go as told. */
export async function demo(options: DemoOptions): Promise<number> {
  const stopping = new AbortController();
  const screen = createScreen((text) => void (stopping.signal.aborted || process.stdout.write(text)));
  // Only what needs somebody's attention may break into the story.
  const log = createLogger({ level: 'error', name: 'demo', destination: process.stderr });
  const stopped = once(stopping.signal, 'abort').then(() => INTERRUPTED);
  void untilStopped().then(() => stopping.abort());

  const pipelines = tellPipelines(screen);
  const forge = new EventEmitter<{ event: [ForgeEvent] }>().on('event', pipelines.see);
  const place = await startPlace(log, (event) => forge.emit('event', event));
  const history = createHistory({ redis: place.redis.url });
  const client = createClient({ url: place.api.url });
  const copy = workingCopy(place.ours);
  const playing = play({ place, history, client, screen, copy, pipelines, forge, signal: stopping.signal }, options);
  try {
    return await Promise.race([playing, stopped]);
  } finally {
    stopping.abort();
    // What is cut short in the middle has nothing more to say.
    playing.catch(() => undefined);
    await history.close();
    await place.stop();
  }
}
