import { bounds } from '@keelson/core';
import { describe, expect, it, vi } from 'vitest';
import { RegistryError } from '../errors.ts';
import { readRegistries } from './read-registries.ts';

const example = `
mirrors:
  docker.io:
    endpoint:
      - "https://mirror.example.com:5000"
      - http://10.0.0.1:5000/
    rewrite:
      "^library/(.*)": "hub/$1"
  registry.gitlab.com:
    endpoint: [ "http://127.0.0.1:5000/v2", "https://harbor.lan/v2/gitlab/", "localhost:5001", "plain.example.com" ]
  "*":
    endpoint: [ "https://any.example.com" ]
  quay.io:
configs:
  "mirror.example.com:5000":
    auth: { username: dev, password: right }
    tls: { ca_file: /etc/ssl/ca.pem }
  harbor.lan:
    auth: { identity_token: refresh }
    tls: { insecure_skip_verify: true, cert_file: /ignored }
  old.lan:
    auth: { auth: ZGV2OnJpZ2h0 }
  bare.lan:
`;

describe('readRegistries', () => {
  it('reads mirrors, rewrites, credentials and TLS', () => {
    const { mirrors, configs } = readRegistries(example, { readCa: (path) => `PEM of ${path}` });

    expect(mirrors['docker.io']?.endpoints).toEqual([
      { host: 'mirror.example.com:5000', base: 'https://mirror.example.com:5000/v2' },
      { host: '10.0.0.1:5000', base: 'http://10.0.0.1:5000/v2' },
    ]);
    expect(mirrors['registry.gitlab.com']?.endpoints.map(({ base }) => base)).toEqual([
      'http://127.0.0.1:5000/v2',
      'https://harbor.lan/v2/gitlab',
      'http://localhost:5001/v2',
      'https://plain.example.com/v2',
    ]);
    expect(mirrors['*']?.endpoints).toHaveLength(1);
    expect(mirrors['quay.io']).toEqual({ endpoints: [], rewrites: [] });
    expect(configs).toEqual({
      'mirror.example.com:5000': {
        credential: { type: 'basic', username: 'dev', password: 'right' },
        insecureSkipVerify: false,
        ca: 'PEM of /etc/ssl/ca.pem',
      },
      'harbor.lan': { credential: { type: 'identity-token', token: 'refresh' }, insecureSkipVerify: true },
      'old.lan': { credential: { type: 'basic', username: 'dev', password: 'right' }, insecureSkipVerify: false },
      'bare.lan': { insecureSkipVerify: false },
    });
  });

  it.each(['0123', '0o17', '1e5', '12345678901234567890', '0x1F', '1_000', '.5', 'True', '2026-01-01', '"0123"'])(
    'reads the name and password %s as they stand there, as K3s does',
    (text) => {
      const auth = `{ username: ${text}, password: ${text} }`;
      const anchored = `{ a: { auth: &shared ${auth} }, b: { auth: { <<: *shared, password: right } } }`;
      const plain = text.replaceAll('"', '');

      const { configs } = readRegistries(`configs: ${anchored}`);

      expect(configs.a?.credential).toEqual({ type: 'basic', username: plain, password: plain });
      expect(configs.b?.credential).toEqual({ type: 'basic', username: plain, password: 'right' });
    },
  );

  it.each([
    { text: 'true', expected: true },
    { text: 'yes', expected: true },
    { text: 'ON', expected: true },
    { text: 'False', expected: false },
    { text: '~', expected: false },
  ])('reads insecure_skip_verify: $text', ({ text, expected }) => {
    const { configs } = readRegistries(`configs: { a: { tls: { insecure_skip_verify: ${text} } } }`);

    expect(configs.a?.insecureSkipVerify).toBe(expected);
  });

  it.each([
    { pattern: '^library/(.*)', replacement: 'hub/$1', path: 'library/nginx', expected: 'hub/nginx' },
    { pattern: '(.*)', replacement: `proxy/\${1}x`, path: 'ops/myapp', expected: 'proxy/ops/myappx' },
    { pattern: '^(?P<team>[^/]+)/', replacement: 'mirror-$1/', path: 'ops/myapp', expected: 'mirror-ops/myapp' },
    { pattern: '^other/', replacement: 'x/', path: 'ops/myapp', expected: 'ops/myapp' },
    { pattern: '/', replacement: '--', path: 'a/b/c', expected: 'a--b--c' },
  ])('rewrites $path by $pattern to $expected', ({ pattern, replacement, path, expected }) => {
    const text = JSON.stringify({ mirrors: { a: { rewrite: { [pattern]: replacement } } } });

    const [rewrite] = readRegistries(text).mirrors.a?.rewrites ?? [];

    expect(rewrite?.apply(path)).toBe(expected);
  });

  it.each(['', '# nothing', 'mirrors:', '{}'])('takes %j for an empty configuration', (text) => {
    expect(readRegistries(text)).toEqual({ mirrors: {}, configs: {} });
  });

  it.each([
    { text: 'configs:\n  a:\n    auth: { password: hunter2', says: 'line 3' },
    { text: 'configs: { a: { auth: { password: [hunter2] } } }', says: 'configs.a.auth.password' },
    { text: 'configs: { a: { tls: { insecure_skip_verify: hunter2 } } }', says: 'configs.a.tls.insecure_skip_verify' },
    { text: 'configs: { a: { auth: { auth: hunter2! } } }', says: 'configs.a.auth.auth' },
    { text: 'mirrors: { a: { endpoint: [ "https://dev:hunter2@b" ] } }', says: 'mirrors.a.endpoint.0' },
    { text: 'mirrors: { a: { endpoint: [ "ftp://b" ] } }', says: 'mirrors.a.endpoint.0' },
    { text: 'mirrors: { a: { rewrite: { "(": "x" } } }', says: 'mirrors.a.rewrite' },
    { text: 'hunter2', says: 'the file' },
    {
      text: Array.from(
        { length: 9 },
        (_, n) =>
          `a${n}: &a${n} [${Array(9)
            .fill(n === 0 ? 'hunter2' : `*a${n - 1}`)
            .join()}]`,
      ).join('\n'),
      says: 'too many aliases',
    },
    { text: `${': '.repeat(5_000)}hunter2\n b: c\nd: e\n`, says: 'nested too deeply' },
    { text: 'mirrors: *nowhere', says: 'one that names no anchor' },
    { text: `# ${'x'.repeat(bounds.registriesChars)}`, says: `longer than ${bounds.registriesChars} characters` },
  ])('says where $text is wrong, and never what stands there', ({ text, says }) => {
    const error = caught(() => readRegistries(text));

    expect(error).toMatchObject({ code: 'configuration', retryable: false });
    expect(error.message).toContain(says);
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('hunter2');
  });
});

function caught(work: () => unknown): RegistryError {
  try {
    work();
  } catch (error) {
    if (error instanceof RegistryError) return error;
  }
  throw new Error('no RegistryError was thrown');
}

it('a key that is a map is not quoted on standard error (law 12)', () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  caught(() => readRegistries('configs: { a: { auth: { { password: hunter2 }: x } } }\nmirrors: []'));

  expect(emitWarning).not.toHaveBeenCalled();
  emitWarning.mockRestore();
});
