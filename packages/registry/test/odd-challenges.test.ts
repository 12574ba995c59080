import type { RequestListener } from 'node:http';
import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import { clientFor, errorOf, imageAt, registryFor, serverFor } from './kit.ts';

const credentials = [{ type: 'basic' as const, username: 'dev', password: 'hunter2' }];
const users = { dev: 'hunter2' };

it.each([
  ['Bearer realm="/token",service="x"', 'it demands a token, and names no URL as the realm'],
  ['Bearer service="x"', 'it demands a token, and names no URL as the realm'],
  ['Negotiate', 'it demands authentication by negotiate, which registries do not use'],
  ['@', 'it demands authentication by an unreadable challenge'],
])('the error of the challenge %s says what is wrong with it', async (challenge, says) => {
  const refuse: RequestListener = (_, response) => response.writeHead(401, { 'www-authenticate': challenge }).end();
  const server = await serverFor(refuse);

  const error = await errorOf(clientFor().observe(imageAt(server), { credentials }));

  expect(error).toMatchObject({ code: 'protocol', message: expect.stringContaining(says) });
  expect(error.message).not.toContain('pull secret');
});

it('a token is fetched through a redirect of the realm, which takes no password elsewhere', async () => {
  const registry = await registryFor({ auth: { type: 'bearer', users } });
  const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
  const to = (location: string) =>
    ({ path: '/token', times: 1, fault: { type: 'status', status: 302, headers: { location } } }) as const;

  registry.faults.inject(to('/token?scope=repository:ops/myapp:pull&service=keelson-test'));
  expect(await clientFor().observe(imageAt(registry), { credentials })).toEqual({ digest });

  let sent: unknown;
  const other = await serverFor((request, response) => {
    sent = request.headers.authorization;
    response.end('{}');
  });
  registry.faults.inject(to(`http://${other.host}/token`));
  await errorOf(clientFor().observe(imageAt(registry), { credentials }));
  expect([other.requests.length, sent]).toEqual([1, undefined]);
});

it('a token that no header may carry is none', async () => {
  const registry = await registryFor({ auth: { type: 'bearer' } });
  const body = JSON.stringify({ token: 'a\nb' });
  registry.faults.inject({ path: '/token', fault: { type: 'status', status: 200, body } });

  const error = await errorOf(clientFor().observe(imageAt(registry)));

  expect(error).toMatchObject({ code: 'protocol', message: expect.stringContaining('holds no token') });
});
