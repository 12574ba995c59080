import { z } from 'zod';
import { badRequest, expired } from '../api-error.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';
import { keyOf } from '../objects/object.ts';
import type { Store } from '../store/store.ts';
import { encode, encodeItem, metadataOnly } from './encode.ts';
import { numberIn, refuseFuture, versionIn, versionMatch } from './query.ts';
import type { Selection } from './selection.ts';
import { selection } from './selection.ts';

const token = z.object({ v: z.literal('meta.k8s.io/v1'), rv: z.number(), start: z.string() });

function encodeToken(rv: number, lastKey: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start: `${lastKey}\u0000` })).toString('base64url');
}

function decodeToken(text: string): z.infer<typeof token> {
  try {
    return token.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (error) {
    throw badRequest(`invalid continue token: continue key is not valid: ${JSON.stringify(text)}`, error);
  }
}

const tooOld =
  'The provided continue parameter is too old to display a consistent list result. You must start a new list without the ' +
  'continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with ' +
  'the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the ' +
  'first chunk was returned and now may show up in the list.';

interface Page {
  readonly items: readonly KubeObject[];
  readonly version: number;
  readonly next?: string;
  readonly remaining?: number;
}

/** The rest of a paged list: the state of the first page's version, or 410 with a token that goes on inconsistently. */
function source(store: Store, kind: KindInfo, query: URLSearchParams): { all: readonly KubeObject[]; version: number } {
  const text = query.get('continue');
  if (text !== null && text !== '') {
    const { rv, start } = decodeToken(text);
    const version = rv < 0 ? store.version : rv;
    const then = store.listAt(kind, version);
    if (then === undefined) throw expired(tooOld, encodeToken(-1, start.slice(0, -1)));
    return { all: then.filter((object) => `${keyOf(object)}\u0000` > start), version };
  }
  const version = versionIn(query);
  refuseFuture(version, store.version);
  if (versionMatch(query, version) !== 'Exact' || version === undefined)
    return { all: store.list(kind), version: store.version };
  const then = store.listAt(kind, version);
  if (then === undefined) throw expired(`The resourceVersion for the provided list is too old.`);
  return { all: then, version };
}

function page(store: Store, kind: KindInfo, query: URLSearchParams, { matches, selective }: Selection): Page {
  const { all, version } = source(store, kind, query);
  const found = all.filter(matches);
  // a list from the watch cache (resourceVersion=0) is never cut
  const limit = query.get('resourceVersion') === '0' ? undefined : numberIn(query, 'limit');
  const last = limit === undefined || limit === 0 ? undefined : found[limit - 1];
  if (limit === undefined || last === undefined || found.length <= limit) return { items: found, version };
  const next = encodeToken(version, keyOf(last));
  return { items: found.slice(0, limit), version, next, ...(selective ? {} : { remaining: found.length - limit }) };
}

/** GET of a collection, as text. Throws 400, 410, 422, 504. */
export function listText(
  store: Store,
  kind: KindInfo,
  namespace: string | undefined,
  query: URLSearchParams,
  metadataWanted: boolean,
): string {
  const { items, version, next, remaining } = page(store, kind, query, selection(kind, namespace, query));
  const metadata = {
    resourceVersion: String(version),
    ...(next === undefined ? {} : { continue: next }),
    ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
  };
  const [listKind, apiVersion] = metadataWanted
    ? ['PartialObjectMetadataList', 'meta.k8s.io/v1']
    : [`${kind.kind}List`, kind.apiVersion];
  const texts = items.map((item) => (metadataWanted ? encode(metadataOnly(item)) : encodeItem(kind, item)));
  const head = JSON.stringify({ kind: listKind, apiVersion, metadata });
  return `${head.slice(0, -1)},"items":[${texts.join(',')}]}`;
}
