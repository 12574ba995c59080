import { inspect } from 'node:util';
import type { Fault, RegistryAuth } from '@keelson/simulator';
import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import type { Credential } from '../src/index.ts';
import { clientFor, imageAt, registryFor } from './kit.ts';

const planted = 'hunter2-planted';
const faults: readonly (Fault | undefined)[] = [
  undefined,
  { type: 'hang' },
  { type: 'reset' },
  { type: 'half-body' },
  { type: 'endless-body' },
  { type: 'stalled-body' },
  { type: 'wrong-digest' },
  { type: 'status', status: 401, headers: { 'www-authenticate': `Basic realm="${planted}"` }, body: planted },
  { type: 'status', status: 403, body: planted },
  { type: 'status', status: 429, body: planted },
  { type: 'status', status: 500, body: planted },
  { type: 'status', status: 200, body: `{"token": 1, "access_token": "", "note": "${planted}"}` },
  { type: 'status', status: 200, body: `{"token":"${planted}` },
  { type: 'status', status: 200, body: `{"token":"${planted}\\nx: y"}` },
  { type: 'status', status: 307, headers: { location: `http://169.254.169.254/?token=${planted}` } },
];
const credentials: readonly Credential[] = [
  { type: 'basic', username: 'dev', password: planted },
  { type: 'identity-token', token: planted },
];
const auths: readonly RegistryAuth[] = [
  { type: 'basic', users: { dev: planted } },
  { type: 'bearer', users: { dev: planted }, identityTokens: [planted] },
];
const spoilt = auths.flatMap((auth) =>
  [/\/v2\//, /\/token/].flatMap((path) => faults.map((fault) => ({ auth, path, fault, name: `${auth.type} ${path}` }))),
);

// Law 12: whatever goes wrong wherever, no credential and no token is in what is thrown or logged.
it.each(spoilt)('$name with $fault.type $fault.status keeps its secrets (law 12)', async ({ auth, path, fault }) => {
  const registry = await registryFor({ auth });
  const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
  const logged: unknown[] = [];
  const log = {
    debug: (...entry: unknown[]) => void logged.push(entry),
    warn: (...entry: unknown[]) => void logged.push(entry),
  };
  const client = clientFor({ log, maxBodyBytes: 100_000, deadlines: { headersMs: 60, bodyMs: 60 } });
  if (fault !== undefined) registry.faults.inject({ path, fault });

  const results = await Promise.allSettled([
    client.observe(imageAt(registry), { credentials }),
    client.describe(imageAt(registry), digest, { credentials }),
    client.observe(imageAt(registry), { credentials: [{ type: 'basic', username: 'dev', password: `${planted}?` }] }),
    client.observe(imageAt(registry)),
  ]);

  const said = inspect([results, logged], { depth: 20, showHidden: true, maxStringLength: null });
  const encoded = Buffer.from(`dev:${planted}`).toString('base64').slice(0, 24);
  const tokens = registry.requests.flatMap(({ headers }) => headers.authorization?.split(' ')[1] ?? []);
  expect(results.some(({ status }) => status === 'rejected')).toBe(true);
  for (const secret of [planted, encoded, ...tokens]) expect(said).not.toContain(secret);
});

const named: readonly Fault[] = [
  { type: 'status', status: 307, headers: { location: `ftp://${planted}/` } },
  { type: 'status', status: 307, headers: { location: `http://${planted}.invalid/` } },
  { type: 'status', status: 200, headers: { 'content-type': `x/${planted}` } },
  { type: 'status', status: 401, headers: { 'www-authenticate': `Bearer realm="http://${planted}.invalid/t"` } },
];

it.each(named)('a password that a registry names in $headers is in no message (law 12)', async (fault) => {
  const registry = await registryFor({ auth: { type: 'basic', users: { dev: planted } } });
  registry.faults.inject({ path: /\/v2\//, fault });

  const error: unknown = await clientFor()
    .observe(imageAt(registry), { credentials: credentials.slice(0, 1) })
    .catch((thrown: unknown) => thrown);

  const said: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) said.push(each.message, String(each.stack));
  expect(said.length).toBeGreaterThan(0);
  expect(said.join('\n')).not.toContain(planted);
});

it('a password that a registry names in a label is in no description (law 12)', async () => {
  const registry = await registryFor({ auth: { type: 'basic', users: { dev: planted } } });
  const labels = { 'org.opencontainers.image.version': `1 ${planted}`, 'org.opencontainers.image.revision': 'c0ffee' };
  const { digest } = await pushImage(registry, 'ops/myapp', 'latest', { labels });

  const described = await clientFor().describe(imageAt(registry), digest, { credentials: credentials.slice(0, 1) });

  expect(described.labels).toEqual({ version: '1 [secret]', revision: 'c0ffee' });
});
