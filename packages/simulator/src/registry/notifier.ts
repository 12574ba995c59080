import { randomUUID } from 'node:crypto';
import { sleep, timeoutSignal } from '@keelson/core/wait';
import type { PushEvent } from './events.ts';
import type { NotifyEndpoint } from './types.ts';

/** An envelope of one event as registry:2 sends it (distribution docs, about/notifications.md). */
function envelope(event: PushEvent, host: string): object {
  const { action, repository, digest, mediaType, size, tag, call } = event;
  const part = mediaType === 'application/octet-stream' ? 'blobs' : 'manifests';
  return {
    events: [
      {
        id: randomUUID(),
        timestamp: new Date().toISOString(),
        action,
        target: {
          mediaType,
          size,
          digest,
          length: size,
          repository,
          url: `http://${host}/v2/${repository}/${part}/${digest}`,
          ...(tag === undefined ? {} : { tag }),
        },
        request: {
          id: randomUUID(),
          addr: call.client,
          host,
          method: call.method,
          useragent: call.headers['user-agent'] ?? '',
        },
        actor: {},
        source: { addr: host, instanceID: 'keelson-testkit' },
      },
    ],
  };
}

/** Sends events to every endpoint, in order and each one up to three times. */
export class Notifier {
  readonly #endpoints: readonly NotifyEndpoint[];
  readonly #stopping = new AbortController();
  #queue: Promise<void> = Promise.resolve();

  constructor(endpoints: readonly NotifyEndpoint[]) {
    this.#endpoints = endpoints;
  }

  send(event: PushEvent, host: string): void {
    const body = JSON.stringify(envelope(event, host));
    this.#queue = this.#queue.then(async () => {
      await Promise.all(this.#endpoints.map((endpoint) => this.#deliver(endpoint, body)));
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#queue;
  }

  async #deliver({ url, headers = {} }: NotifyEndpoint, body: string): Promise<void> {
    for (let attempt = 0; attempt < 3 && !this.#stopping.signal.aborted; attempt++) {
      const signal = timeoutSignal(5_000, this.#stopping.signal);
      const contentType = 'application/vnd.docker.distribution.events.v1+json';
      const answer = fetch(url, { method: 'POST', headers: { 'content-type': contentType, ...headers }, body, signal });
      // A listener that is away must not stop a push; the next attempt is the handling.
      const ok = await answer.then(drained, () => false);
      if (ok) return;
      await sleep(100);
    }
  }
}

async function drained(response: Response): Promise<boolean> {
  await response.arrayBuffer();
  return response.ok;
}
