import { describe, expect, it } from 'vitest';
import type { Environment } from './index.ts';
import { ConfigError, readConfig } from './index.ts';

const defaults = {
  listen: { host: '127.0.0.1', port: 8080 },
  healthListen: { host: '127.0.0.1', port: 8081 },
  insecureRegistries: [],
  mirrorsOnly: false,
  retention: { count: 100, days: 365 },
  soakSeconds: 120,
  graceSeconds: 20,
  logLevel: 'info',
  prefix: 'keelson',
  pollConcurrency: 500,
  warnings: [],
};

/** The sentences of the error that reading `environment` throws. */
function problems(environment: Environment): readonly { variable: string; message: string }[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it.each<[string, Environment, object]>([
    ['nothing', {}, {}],
    ['empty and blank variables', { REDIS_URL: '', KEELSON_LISTEN: ' ', KEELSON_TOKEN: '\n', KUBECONFIG: '' }, {}],
    ['variables of others', { HOME: '/home/keelson', KEEL_POLICY: 'all' }, {}],
    ['Redis', { REDIS_URL: 'rediss://u:p@redis:6380/1' }, { redisUrl: 'rediss://u:p@redis:6380/1' }],
    ['another port', { KEELSON_LISTEN: '127.0.0.1:0' }, { listen: { host: '127.0.0.1', port: 0 } }],
    ['another loopback address', { KEELSON_LISTEN: '127.8.9.1:80' }, { listen: { host: '127.8.9.1', port: 80 } }],
    ['IPv6 loopback', { KEELSON_LISTEN: '[::1]:8080' }, { listen: { host: '::1', port: 8080 } }],
    ['localhost', { KEELSON_LISTEN: 'localhost:8080' }, { listen: { host: 'localhost', port: 8080 } }],
    [
      'every address, with a token',
      { KEELSON_LISTEN: '0.0.0.0:8080', KEELSON_TOKEN: 't0ken' },
      { listen: { host: '0.0.0.0', port: 8080 }, token: 't0ken' },
    ],
    ['a token with a line break after it', { KEELSON_TOKEN: 't0ken\n' }, { token: 't0ken' }],
    ['a token for webhooks', { KEELSON_WEBHOOK_TOKEN: 'h00k' }, { webhookToken: 'h00k' }],
    [
      'every address, with a file of tokens',
      { KEELSON_LISTEN: '0.0.0.0:8080', KEELSON_TOKENS: '/etc/keelson/tokens.yaml' },
      { listen: { host: '0.0.0.0', port: 8080 }, tokens: '/etc/keelson/tokens.yaml' },
    ],
    ['health for every address', { KEELSON_HEALTH_LISTEN: '[::]:9' }, { healthListen: { host: '::', port: 9 } }],
    ['namespaces', { KEELSON_NAMESPACES: 'myapp, blog,,myapp' }, { namespaces: ['myapp', 'blog'] }],
    ['registries', { KEELSON_REGISTRIES: 'k3s/registries.yaml' }, { registries: 'k3s/registries.yaml' }],
    ['mirrors only', { KEELSON_MIRRORS_ONLY: 'true' }, { mirrorsOnly: true }],
    [
      'insecure registries',
      { KEELSON_INSECURE_REGISTRIES: '127.0.0.1:5000,registry.lan,[::1]:5000,localhost:*' },
      { insecureRegistries: ['127.0.0.1:5000', 'registry.lan', '[::1]:5000', 'localhost:*'] },
    ],
    [
      'retention',
      { KEELSON_RETENTION_COUNT: '7', KEELSON_RETENTION_DAYS: '30' },
      { retention: { count: 7, days: 30 } },
    ],
    ['soak', { KEELSON_SOAK_SECONDS: '0' }, { soakSeconds: 0 }],
    ['grace', { KEELSON_GRACE_SECONDS: '1' }, { graceSeconds: 1 }],
    ['log level', { KEELSON_LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    ['prefix', { KEELSON_PREFIX: 'keelson-2' }, { prefix: 'keelson-2' }],
    ['prefix for a Redis Cluster', { KEELSON_PREFIX: '{keelson}' }, { prefix: '{keelson}' }],
    ['concurrency', { KEELSON_POLL_CONCURRENCY: '10000' }, { pollConcurrency: 10_000 }],
    ['kubeconfig', { KUBECONFIG: '/a:/b' }, { kubeconfig: '/a:/b' }],
  ])('reads %s', (_, environment, expected) => {
    expect(readConfig(environment)).toStrictEqual({ ...defaults, ...expected });
  });
});

describe('readConfig with a wrong setting', () => {
  it.each<[variable: string, text: string, shown: string, allowed: RegExp]>([
    ['KEELSON_LISTEN', '8080', '"8080"', /host:port, like/],
    ['KEELSON_LISTEN', ':8080', '":8080"', /host:port, like/],
    ['KEELSON_LISTEN', '127.0.0.1:70000', '"127.0.0.1:70000"', /host:port, like/],
    ['KEELSON_LISTEN', '::1:8080', '"::1:8080"', /host:port, like/],
    ['KEELSON_LISTEN', '[nonsense]:8080', '"[nonsense]:8080"', /host:port, like/],
    ['KEELSON_HEALTH_LISTEN', 'http://127.0.0.1:1', '"http://127.0.0.1:1"', /host:port, like/],
    ['KEELSON_NAMESPACES', 'My_App', '"My_App"', /namespace names with commas/],
    ['KEELSON_NAMESPACES', ' , ', '","', /leave it out to watch all/],
    ['KEELSON_INSECURE_REGISTRIES', 'http://127.0.0.1:5000', '"http://127.0.0.1:5000"', /without scheme or path/],
    ['KEELSON_RETENTION_COUNT', '0', '"0"', /a whole number from 1 to 100000/],
    ['KEELSON_RETENTION_DAYS', '1.5', '"1.5"', /a whole number of days from 1/],
    ['KEELSON_SOAK_SECONDS', '2m', '"2m"', /a whole number of seconds from 0/],
    ['KEELSON_GRACE_SECONDS', '-1', '"-1"', /a whole number of seconds from 1/],
    ['KEELSON_GRACE_SECONDS', '20s', '"20s"', /a whole number of seconds from 1/],
    ['KEELSON_POLL_CONCURRENCY', '1e3', '"1e3"', /a whole number from 1 to 10000/],
    ['KEELSON_LOG_LEVEL', 'verbose', '"verbose"', /one of trace, debug, info, warn/],
    ['KEELSON_PREFIX', 'a:b', '"a:b"', /letters, digits/],
    ['KEELSON_PREFIX', '{a', '"{a"', /letters, digits/],
  ])('refuses %s=%s and says what it must be', (variable, text, shown, allowed) => {
    const [problem, ...more] = problems({ [variable]: text });

    expect(more).toEqual([]);
    expect(problem).toMatchObject({ variable, message: expect.stringMatching(allowed) });
    expect(problem?.message.startsWith(`${variable} is ${shown}; it must be `)).toBe(true);
    expect(problem?.message).toMatch(/^[^\n]+\.$/);
  });

  it.each([
    ['REDIS_URL', 'http://user:hunter2@redis:6379'],
    ['REDIS_URL', 'redis:hunter2@redis'],
    ['KEELSON_TOKEN', 'hunter2 with spaces'],
    ['KEELSON_WEBHOOK_TOKEN', 'hunter2\u00e9'],
  ])('refuses %s=%s without repeating the secret (law 12)', (variable, text) => {
    const found = problems({ [variable]: text });

    expect(found.map((problem) => problem.variable)).toEqual([variable]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(found[0]?.message).toContain('it must be');
  });

  it.each(['0.0.0.0:8080', '[::]:8080', '192.0.2.7:8080', 'keelson.lan:8080', '[::ffff:192.0.2.7]:8080'])(
    'refuses to listen at %s without a token',
    (address) => {
      const found = problems({ KEELSON_LISTEN: address, KEELSON_WEBHOOK_TOKEN: 'not-that-one' });

      expect(found.map((problem) => problem.variable)).toEqual(['KEELSON_TOKEN']);
      expect(found[0]?.message).toContain('KEELSON_TOKEN is not set; it must be, because KEELSON_LISTEN is');
    },
  );

  it('readConfig reports every wrong variable at once', () => {
    const environment = { KEELSON_LOG_LEVEL: 'loud', REDIS_URL: 'nonsense', KEELSON_GRACE_SECONDS: 'long' };

    const variables = problems(environment).map((problem) => problem.variable);

    expect(variables).toEqual(['REDIS_URL', 'KEELSON_GRACE_SECONDS', 'KEELSON_LOG_LEVEL']);
    expect(() => readConfig(environment)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});

describe('readConfig with an unknown variable', () => {
  it.each([
    ['KEELSON_TOKNE', 'KEELSON_TOKEN'],
    ['KEELSON_LISEN', 'KEELSON_LISTEN'],
    ['KEELSON_NAMESPACE', 'KEELSON_NAMESPACES'],
    ['KEELSON_REDIS_URL', 'REDIS_URL'],
    ['KEELSON_SOAK', 'KEELSON_SOAK_SECONDS'],
    ['KEELSON_COLOUR_OF_THE_PAGE', undefined],
  ])('warns about %s', (variable, meant) => {
    const { warnings } = readConfig({ [variable]: 'x' });

    expect(warnings.map((warning) => [warning.variable, warning.meant])).toEqual([[variable, meant]]);
    expect(warnings[0]?.message).toContain(`${variable} is not a setting of Keelson and is ignored`);
  });

  it.each([
    'KEELSON_SERVICE_HOST',
    'KEELSON_SERVICE_PORT',
    'KEELSON_API_SERVICE_PORT_HTTP',
    'KEELSON_PORT',
    'KEELSON_PORT_8080_TCP',
    'KEELSON_PORT_8080_TCP_ADDR',
  ])('does not warn about %s, which Kubernetes sets', (variable) => {
    expect(readConfig({ [variable]: 'tcp://10.0.0.1:8080' }).warnings).toEqual([]);
  });
});
