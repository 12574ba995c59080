import { EventEmitter, once } from 'node:events';
import { createHistory } from '@keelson/history';
import type { ForgeEvent } from '@keelson/laptop';
import { createLogger } from '@keelson/log';
import { createClient } from '../api/client.ts';
import { standardOutput } from '../output.ts';
import { untilStopped } from '../until-stopped.ts';
import { startEnvironment } from './environment.ts';
import { printPipelines } from './pipelines.ts';
import type { DemoOptions } from './run-demo.ts';
import { runDemo } from './run-demo.ts';
import { createScreen } from './screen.ts';
import { workingCopy } from './working-copy.ts';

/** The exit code of a program that Ctrl-C ended, as shells report it. */
const interrupted = 130;

/** `keelson demo`: from `git push` to a served page on this machine. Returns the exit code: 1 when the story did not go as expected. */
export async function demo(options: DemoOptions): Promise<number> {
  const stopping = new AbortController();
  const { write } = standardOutput();
  const screen = createScreen((text) => void (stopping.signal.aborted || write(text)));
  // Only errors may interrupt the story.
  const log = createLogger({ level: 'error', name: 'demo', destination: process.stderr });
  const stopped = once(stopping.signal, 'abort').then(() => interrupted);
  void untilStopped().then(() => stopping.abort());

  const pipelines = printPipelines(screen);
  const forge = new EventEmitter<{ event: [ForgeEvent] }>().on('event', pipelines.onEvent);
  const environment = await startEnvironment(log, (event) => forge.emit('event', event));
  const history = createHistory({ redis: environment.redis.url });
  const client = createClient({ url: environment.api.url });
  const copy = workingCopy(environment.demoFolder);
  const running = runDemo(
    { environment, history, client, screen, copy, pipelines, forge, signal: stopping.signal },
    options,
  );
  try {
    return await Promise.race([running, stopped]);
  } finally {
    stopping.abort();
    // An error of what was stopped half-way is of no interest.
    running.catch(() => undefined);
    await history.close();
    await environment.stop();
  }
}
