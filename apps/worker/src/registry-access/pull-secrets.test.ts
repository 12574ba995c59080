import { bounds } from '@keelson/core';
import { parseReference } from '@keelson/image';
import type { Credential } from '@keelson/registry';
import { expect, it } from 'vitest';
import type { DeploymentOptions } from '../testing/manifests.ts';
import { pullSecret, secretOf, serviceAccount } from '../testing/manifests.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { workload } from '../testing/values.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

const host = 'ghcr.io';
const image = parseReference('ghcr.io/me/web:latest');

const secret = (name: string, user: string) => ns.env.cluster.apply(pullSecret(ns.namespace, name, host, user, 'p4ss'));
const subject = (pod: Pick<DeploymentOptions, 'pullSecrets' | 'serviceAccountName'> = {}) =>
  workload({
    namespace: ns.namespace,
    imagePullSecrets: pod.pullSecrets ?? [],
    serviceAccountName: pod.serviceAccountName ?? 'default',
  });
const users = (credentials: readonly Credential[]) =>
  credentials.map((credential) => (credential.type === 'basic' ? credential.username : credential.type));
/** The requests to the API server for Secrets and ServiceAccounts of this test. */
const reads = () =>
  ns.env.cluster.requests
    .filter(({ path }) => path.includes(`/${ns.namespace}/secrets/`) || path.includes('/serviceaccounts/'))
    .filter(({ path }) => path.includes(ns.namespace))
    .map(({ path }) => path.split('/').slice(-2).join('/'));

it('pull secrets of the pod are used', async () => {
  secret('one', 'ann');

  const { credentials, warnings } = await ns.pullSecrets.keyring(subject({ pullSecrets: ['one'] }), undefined, image);

  expect(users(credentials)).toEqual(['ann']);
  expect(warnings).toEqual([]);
});

it('pull secrets of the ServiceAccount are used where the pod names none', async () => {
  secret('one', 'ann');
  secret('two', 'bob');
  ns.env.cluster.apply(serviceAccount(ns.namespace, 'runner', ['two']));

  const inherited = await ns.pullSecrets.keyring(subject({ serviceAccountName: 'runner' }), undefined, image);
  const both = subject({ serviceAccountName: 'runner', pullSecrets: ['one'] });
  const own = await ns.pullSecrets.keyring(both, undefined, image);

  expect(users(inherited.credentials)).toEqual(['bob']);
  expect(users(own.credentials)).toEqual(['ann']);
});

it('the pull secret that the annotation names comes first', async () => {
  secret('one', 'ann');
  secret('named', 'zoe');

  const { credentials, identity } = await ns.pullSecrets.keyring(
    subject({ pullSecrets: ['one', 'named'] }),
    'named',
    image,
  );

  expect(users(credentials)).toEqual(['zoe', 'ann']);
  expect(identity).toMatch(new RegExp(`^${ns.namespace}/named@[^,]+,${ns.namespace}/one@[^,]+$`));
});

it('the identity is equal where the credentials are, and only there (law 10)', async () => {
  secret('one', 'ann');
  secret('same', 'ann');
  secret('other', 'bob');
  ns.env.cluster.apply(pullSecret(ns.namespace, 'elsewhere', 'quay.io', 'ann', 'p4ss'));
  const identityOf = async (...pullSecrets: readonly string[]) =>
    (await ns.pullSecrets.keyring(subject({ pullSecrets }), undefined, image)).identity;

  const one = await identityOf('one');

  expect(await identityOf('same')).toBe(one);
  expect(await identityOf('elsewhere', 'same', 'one')).toBe(one);
  expect(await identityOf('elsewhere')).toBe('');
  expect(await identityOf()).toBe('');
  expect(new Set([one, '', await identityOf('other'), await identityOf('one', 'other')]).size).toBe(4);
});

it('the identity changes with the content of the Secret (law 10)', async () => {
  secret('one', 'ann');
  const subjectOfOne = subject({ pullSecrets: ['one'] });
  const { identity } = await ns.pullSecrets.keyring(subjectOfOne, undefined, image);
  secret('one', 'bob');
  ns.clock.ahead = 61_000;

  ns.pullSecrets.invalidate(subjectOfOne);

  expect((await ns.pullSecrets.keyring(subjectOfOne, undefined, image)).identity).not.toBe(identity);
});

it('warnings name a pull secret that is missing, of another type, or invalid, and show none of its content', async () => {
  const { namespace } = ns;
  secret('good', 'ann');
  ns.env.cluster.apply([
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'opaque' }, data: { password: 'aHVudGVyMg==' } },
    secretOf(namespace, 'garbled', 'hunter2: not JSON'),
    secretOf(namespace, 'entry', JSON.stringify({ auths: { [host]: { auth: 'hunter2' } } })),
  ]);

  const pullSecrets = ['opaque', 'garbled', 'entry', 'gone', 'good'];
  const { credentials, warnings } = await ns.pullSecrets.keyring(subject({ pullSecrets }), undefined, image);

  expect(users(credentials)).toEqual(['ann']);
  expect(warnings).toEqual([
    expect.stringContaining(`Pull secret ${namespace}/opaque does not exist, is not of type`),
    expect.stringContaining(`Secret ${namespace}/garbled: The pull secret is no docker config in JSON`),
    expect.stringContaining(`Secret ${namespace}/entry: The pull secret: the entry for ${host} cannot be read`),
    expect.stringContaining(`Pull secret ${namespace}/gone does not exist`),
  ]);
  expect(warnings.join('')).not.toContain('hunter2');
});

it('each pull secret is read once, however many workloads use it', async () => {
  secret('one', 'ann');
  ns.env.cluster.apply(serviceAccount(ns.namespace, 'runner', ['one']));
  const read = () => ns.pullSecrets.keyring(subject({ serviceAccountName: 'runner' }), undefined, image);

  await Promise.all([read(), read(), read()]);
  await read();

  expect(reads()).toEqual(['serviceaccounts/runner', 'secrets/one']);
});

it('pull secrets are read again after a refusal, at most once a minute', async () => {
  secret('one', 'ann');
  const subjectOfOne = subject({ pullSecrets: ['one'] });
  const read = async () => users((await ns.pullSecrets.keyring(subjectOfOne, undefined, image)).credentials);
  await read();
  secret('one', 'bob');

  ns.pullSecrets.invalidate(subjectOfOne);
  expect(await read()).toEqual(['ann']);
  ns.clock.ahead = 61_000;
  expect(await read()).toEqual(['ann']);
  ns.pullSecrets.invalidate(subjectOfOne);

  expect(await read()).toEqual(['bob']);
  expect(reads()).toHaveLength(2);
});

it('a missing pull secret is read again each minute', async () => {
  const read = () => ns.pullSecrets.keyring(subject({ pullSecrets: ['late'] }), undefined, image);
  expect((await read()).warnings).toHaveLength(1);
  secret('late', 'ann');
  expect((await read()).warnings).toHaveLength(1);

  ns.clock.ahead = 61_000;

  expect((await read()).warnings).toEqual([]);
});

it('a pull secret that the API server did not hand out is read again, and the error has the server’s message', async () => {
  secret('one', 'ann');
  const subjectOfOne = subject({ pullSecrets: ['one'] });
  const match = { path: `/namespaces/${ns.namespace}/secrets/` };
  ns.env.cluster.faults.fail(match, { status: 422, message: 'no secrets for you', times: 1 });

  await expect(ns.pullSecrets.keyring(subjectOfOne, undefined, image)).rejects.toMatchObject({ code: 'invalid' });
  expect(users((await ns.pullSecrets.keyring(subjectOfOne, undefined, image)).credentials)).toEqual(['ann']);
});

it('without the right to read a pull secret the others are used, and a hint names it', async () => {
  secret('one', 'ann');
  secret('two', 'bob');
  const match = { path: `/namespaces/${ns.namespace}/secrets/one` };
  ns.env.cluster.faults.fail(match, { status: 403, message: 'no secrets for you' });

  const keyring = await ns.pullSecrets.keyring(subject({ pullSecrets: ['one', 'two'] }), undefined, image);

  expect(users(keyring.credentials)).toEqual(['bob']);
  expect(keyring.warnings).toEqual([]);
  expect(keyring.hints).toEqual([expect.stringContaining(`Keelson may not read Secret ${ns.namespace}/one`)]);
});

it('no more pull secrets of a workload are read than the bound, and none that is larger (law 17)', async () => {
  const names = Array.from({ length: 10 * bounds.pullSecrets }, (_, n) => `many-${n}`);
  ns.env.cluster.apply(pullSecret(ns.namespace, 'many-0', host, 'ann', 'x'.repeat(bounds.pullSecretBytes)));
  secret('many-1', 'bob');

  const { credentials, warnings } = await ns.pullSecrets.keyring(subject({ pullSecrets: names }), undefined, image);

  expect(users(credentials)).toEqual(['bob']);
  expect(reads()).toHaveLength(bounds.pullSecrets);
  expect(warnings[0]).toMatch(/many-0 .* has more than 32 KiB/);
});
