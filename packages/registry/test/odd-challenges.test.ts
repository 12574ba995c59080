import type { RequestListener } from 'node:http';
import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import { clientFor, errorOf, imageAt, registryFor, serverFor } from './kit.ts';

const credentials = [{ type: 'basic' as const, username: 'dev', password: 'hunter2' }];
const users = { dev: 'hunter2' };

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(code, headers).end();

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

it.each<[string, Parameters<typeof serverFor>[0], string]>([
  [
    'a 401 without a challenge',
    status(401),
    'it names no way to authenticate (no WWW-Authenticate), so no credential can be sent',
  ],
  ['a 403 without a demand', status(403), 'it refuses access without a demand for credentials, so none was sent'],
])('%s is not called a refusal of a credential that was not sent (law 16)', async (_, listener, says) => {
  const server = await serverFor(listener);

  const error = await errorOf(clientFor().observe(imageAt(server), { credentials }));

  expect(error).toMatchObject({ code: 'unauthorized', message: expect.stringContaining(says) });
  expect(error.message).not.toContain('pull secret');
});

it('an identity token is not said to be refused where a password is demanded (law 16)', async () => {
  const server = await serverFor(status(401, { 'www-authenticate': 'Basic realm="x"' }));
  const identity = { type: 'identity-token' as const, token: 'refresh-me' };

  const error = await errorOf(clientFor().observe(imageAt(server), { credentials: [identity] }));
  const both = await errorOf(clientFor().observe(imageAt(server), { credentials: [identity, ...credentials] }));

  expect(error.message).toContain('it demands a username and password, and there is only an identity token');
  expect(both.message).toContain('the only credential was refused');
});

it('what a realm says counts whatever its status is', async () => {
  const server = await serverFor((request, response) => {
    if (request.url?.startsWith('/token')) response.writeHead(422).end('{"message": "No such service."}');
    else status(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` })(request, response);
  });

  const error = await errorOf(clientFor().observe(imageAt(server), { credentials }));

  expect(error.message).toContain('the response (422) holds no token: No such service.');
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
