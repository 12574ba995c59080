import { bounds } from '@keelson/core';
import { fields, text } from '../fields.ts';
import { answerError } from '../http/answer-error.ts';
import { parseJson } from '../http/exchange.ts';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { lines } from './lines.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
  readonly resourceVersion: string;
}

export interface WatchRequest {
  readonly http: KubeHttp;
  readonly path: string;
  readonly resourceVersion: string;
  readonly seconds: number;
  /** The watch is closed after this long without a byte. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** Called when the API server has accepted the watch. */
  readonly onOpen: () => void;
}

function readEvent(line: string, path: string): WatchEvent {
  const event = fields(parseJson(line));
  const { type, object } = event;
  // An ERROR carries a Status; 410 as an event means the same as 410 as an answer.
  if (type === 'ERROR') throw answerError({ verb: 'watch', path }, Number(fields(object).code ?? 500), object);
  const resourceVersion = text(fields(fields(object).metadata).resourceVersion);
  if (
    resourceVersion === undefined ||
    (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED' && type !== 'BOOKMARK')
  ) {
    throw new KubeError(`watch ${path}: the API server sent an event without a type or a resourceVersion.`, {
      code: 'protocol',
    });
  }
  return { type, object, resourceVersion };
}

/**
 * One watch. Returns when the API server ends it.
 *
 * @throws KubeError `gone`: list again; `timeout`: no byte for `silenceMs`; any other code of a request
 */
export async function* watchEvents({
  http,
  path,
  resourceVersion,
  seconds,
  silenceMs,
  signal,
  onOpen,
}: WatchRequest): AsyncGenerator<WatchEvent> {
  const silence = new AbortController();
  const cut = () =>
    silence.abort(new KubeError(`watch ${path}: no byte for ${silenceMs / 1000} s.`, { code: 'timeout' }));
  const timer = setTimeout(cut, silenceMs);
  try {
    const body = await http.stream({
      path,
      query: { watch: true, allowWatchBookmarks: true, timeoutSeconds: seconds, resourceVersion },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    onOpen();
    const heard = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of body) {
        timer.refresh();
        yield chunk;
      }
    };
    for await (const line of lines(heard(), bounds.kubeAnswerBytes)) yield readEvent(line, path);
  } catch (cause) {
    if (signal.aborted || cause instanceof KubeError) throw cause;
    if (silence.signal.aborted) throw silence.signal.reason;
    throw new KubeError(`watch ${path}: the connection broke.`, { code: 'unavailable', cause });
  } finally {
    clearTimeout(timer);
  }
}
