import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { isDigest } from '@keelson/image';
import { createRegistryClient, RegistryError } from '@keelson/registry';
import { mutate, mutateJson } from './mutate.ts';
import { digest } from './of-texts.ts';
import type { Random } from './random.ts';
import type { OpenTarget, Target } from './target.ts';

const oci = (kind: string) => `application/vnd.oci.image.${kind}.v1+json`;
const labels = {
  'org.opencontainers.image.revision': 'c0ffee',
  'org.opencontainers.image.created': '2026-11-20T08:15:00Z',
  'org.opencontainers.image.source': 'https://gitlab.com/ops/myapp',
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const header = (text: string) => text.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '').trim();

/** An image of index, manifest and config, any of which may be changed; each has the digest of what it has become. */
function imageOf(random: Random): { readonly top: string; readonly answers: ReadonlyMap<string, Answer> } {
  const answers = new Map<string, Answer>();
  const add = (kind: string, value: unknown): object => {
    const mediaType = oci(kind);
    const body = random.oneIn(2) ? JSON.stringify(value) : mutateJson(random, value);
    const found = digestOf(body);
    const type = random.oneIn(10) ? header(mutate(random, mediaType)) : mediaType;
    const named = random.oneIn(10) ? header(mutate(random, found)) : found;
    answers.set(found, { status: 200, headers: { 'content-type': type, 'docker-content-digest': named }, body });
    return { mediaType, digest: found, size: body.length };
  };
  const config = add('config', { created: '2026-11-20T08:15:00Z', os: 'linux', config: { Labels: labels } });
  const layers = [{ mediaType: oci('layer'), digest, size: 1 }];
  const manifest = add('manifest', {
    schemaVersion: 2,
    mediaType: oci('manifest'),
    config,
    layers,
    annotations: labels,
  });
  const platform = { os: 'linux', architecture: 'amd64' };
  const odd = {
    digest,
    platform: { os: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  };
  if (random.oneIn(2))
    add('index', { schemaVersion: 2, manifests: [{ ...manifest, platform }, odd], annotations: labels });
  return { top: [...answers.keys()].at(-1) ?? digest, answers };
}

/** An answer that asks for a token, pauses or fails. The realm is this server's own, so that nothing leaves this machine. */
function refusalOf(random: Random, url: string): Answer {
  const scheme = random.pick(['Bearer', 'Basic', 'bearer']);
  const rest = mutate(random, 'service="registry",scope="repository:ops/myapp:pull",error="insufficient_scope"');
  const wait = mutate(random, random.pick(['120', 'Sun, 06 Nov 1994 08:49:37 GMT', '0']));
  const challenge = `${scheme} realm="${url}/token",${rest}`;
  return {
    status: random.pick([401, 401, 403, 404, 429, 500, 503, 204, 206, 418]),
    headers: { 'www-authenticate': header(challenge), 'retry-after': header(wait), 'content-type': 'application/json' },
    body: mutateJson(random, { errors: [{ code: 'DENIED', message: 'no \u001b[31m', detail: {} }] }),
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer, isHead: boolean): void {
  response.writeHead(status, headers);
  response.end(isHead ? undefined : body);
}

async function open(): Promise<OpenTarget> {
  let serve: (path: string) => Answer = () => ({ status: 404, headers: {}, body: '' });
  const server = createServer((request, response) =>
    send(response, serve(request.url ?? ''), request.method === 'HEAD'),
  );
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The registry has no port.');
  const host = `127.0.0.1:${address.port}`;
  // Its clock moves on by a day for each input, so that no pause of one outlasts it.
  let now = 1_795_162_530_250;
  const client = createRegistryClient({ insecureHosts: [host], now: () => now });
  let count = 0;
  return {
    input(random) {
      const { top, answers } = imageOf(random);
      const refusal = random.oneIn(3) ? refusalOf(random, `http://${host}`) : undefined;
      const refused = random.below(3);
      const token = mutateJson(random, {
        token: 'abc',
        access_token: 'def',
        expires_in: 300,
        issued_at: '2026-11-20T08:15:00Z',
      });
      return async () => {
        now += 86_400_000;
        count += 1;
        let requests = 0;
        serve = (path) => {
          if (path.startsWith('/token'))
            return { status: 200, headers: { 'content-type': 'application/json' }, body: token };
          requests += 1;
          if (refusal && requests > refused) return refusal;
          return (
            answers.get(path.slice(path.lastIndexOf('/') + 1)) ??
            answers.get(top) ?? { status: 404, headers: {}, body: '' }
          );
        };
        const image = { host, repository: `ops/myapp-${count}`, tag: 'latest' };
        const options = { share: String(count) };
        const known = isDigest(top) ? top : undefined;
        const calls = [
          client.observe(image, options),
          ...(known === undefined
            ? []
            : [client.describe(image, known, options), client.configDigests(image, known, options)]),
        ];
        const outcomes = await Promise.allSettled(calls);
        for (const outcome of outcomes) {
          if (outcome.status === 'fulfilled') continue;
          const reason: unknown = outcome.reason;
          if (!(reason instanceof RegistryError)) throw reason;
        }
      };
    },
    async close() {
      await client.close();
      server.closeAllConnections();
      await new Promise((done) => {
        server.close(done);
      });
    },
  };
}

/** What a registry answers: headers, challenges, tokens, indexes, manifests, configs. */
export const ofRegistry: Target = { name: 'answers of registries', weight: 2, open };
