import { parseReference } from '@keelson/image';
import { expect, it } from 'vitest';
import { readRegistries } from '../src/index.ts';
import { clientFor, errorOf, serverFor } from './kit.ts';

it('the realm of one registry gets no credentials of another one with the same repository behind the same mirror (law 17)', async () => {
  const authorizations: (string | undefined)[] = [];
  const evil = await serverFor(({ headers }, response) => {
    authorizations.push(headers.authorization);
    response.writeHead(200).end('{"token":"abc"}');
  });
  const good = await serverFor((_, response) => response.writeHead(200).end('{"token":"abc"}'));
  const mirror = await serverFor(({ url = '' }, response) => {
    const realm = url.includes('ns=evil.invalid') ? evil : good;
    response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${realm.host}/token"` }).end();
  });
  const registries = readRegistries(JSON.stringify({ mirrors: { '*': { endpoint: [`http://${mirror.host}`] } } }));
  const client = clientFor({ registries, mirrorsOnly: true });
  const victim = { type: 'basic', username: 'ann', password: 'hunter2' } as const;

  await errorOf(client.observe(parseReference('evil.invalid/ops/myapp:latest'), { share: 'evil' }));
  await errorOf(
    client.observe(parseReference('shop.invalid/ops/myapp:latest'), { share: 'shop', credentials: [victim] }),
  );

  expect(new Set(authorizations)).toEqual(new Set([undefined]));
  expect(good.requests).not.toEqual([]);
});
