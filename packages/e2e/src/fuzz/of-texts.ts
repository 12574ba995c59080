import {
  escapeJson,
  escapeLines,
  escapeText,
  maskSecrets,
  maskSecretsOfTail,
  parseDuration,
  parseWorkloadId,
} from '@keelson/core';
import { parseDigest, parseReference } from '@keelson/image';
import { readPattern } from '@keelson/policy';
import { credentialsFor, readRegistries } from '@keelson/registry';
import { readStateText } from '../../../../apps/worker/src/state-annotation/state-text.ts';
import { parseChallenges } from '../../../registry/src/auth/challenges.ts';
import { retryAfter } from '../../../registry/src/http/retry-after.ts';
import { mutate, mutateJson } from './mutate.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';
import { inputsOf, readerOf } from './target.ts';

export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const image = parseReference('registry.gitlab.com/ops/myapp:latest');

const state = {
  quarantine: [
    { container: 'myapp', image: 'registry.gitlab.com/ops/myapp', tag: 'latest', digest, code: 'crash-loop', at: 1 },
  ],
  hold: { code: 'paused', message: 'm', at: 1, startQuarantined: true },
  digests: {
    myapp: { image: 'registry.gitlab.com/ops/myapp', tag: 'latest', rolledOut: digest, lastGood: digest, proven: true },
  },
};

const auth = Buffer.from('user:password').toString('base64');
const dockerConfigs = [
  { auths: { 'registry.gitlab.com': { auth }, 'https://index.docker.io/v1/': { username: 'u', password: 'p', auth } } },
  {
    auths: { '*.gitlab.com:5050/ops': { identitytoken: 't' } },
    credsStore: 'desktop',
    credHelpers: { 'gcr.io': 'gcloud' },
  },
  { 'registry.gitlab.com/ops': { auth, email: 'a@b' } },
] as const;

const registriesFiles = [
  'mirrors:\n  docker.io:\n    endpoint:\n      - "https://mirror.example:5000/v2"\n    rewrite:\n      "^library/(.*)": "docker/$1"\n  "*":\n    endpoint: [http://127.0.0.1:5000]\n',
  'configs:\n  "registry.example:5000":\n    auth: &a\n      username: u\n      password: p\n    tls:\n      insecure_skip_verify: true\n      ca_file: /etc/ca.pem\n  other:\n    auth: *a\n',
] as const;

const lines = [
  'GET https://user:password@registry.example/v2/?token=abcdef&sig=1 401 Authorization: Bearer eyJhbGciOi.eyJzdWIi.c2ln',
  '{"password":"secret","token":"glpat-0123456789abcdefghij","auth":"dXNlcjpwYXNz"} AKIAIOSFODNN7EXAMPLE',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\nredis://:p%40ss@redis:6379/0',
  '\u001b[31mError\u001b[0m: \u202egnp.exe DB_PASSWORD=hunter2 --password hunter2',
] as const;

/** The same text in a field of JSON, as the state and pull secrets are kept. */
const json = (name: string, examples: readonly [unknown, ...unknown[]], read: (text: string) => unknown): Target =>
  inputsOf(name, (random: Random) => {
    const text = mutateJson(random, random.pick(examples));
    return () => read(text);
  });

export const ofTexts: readonly Target[] = [
  readerOf(
    'parseReference',
    [
      'nginx',
      `registry.gitlab.com:5050/ops/my_app/web:v1.2.3@${digest}`,
      '[::1]:5000/a/b__c:latest',
      'library/nginx:1',
    ],
    parseReference,
  ),
  readerOf('parseDigest', [digest], parseDigest),
  readerOf('parseWorkloadId', ['myapp/deployment/myapp', 'myapp/web', 'a-b/StatefulSet/c.d'], parseWorkloadId),
  readerOf('parseDuration', ['1m30s', '1h', '-5s', '.5h', '100ms'], parseDuration),
  inputsOf('readPattern', (random) => {
    const text = mutate(
      random,
      random.pick(['^v\\d+\\.\\d+(-rc\\d*)?$', '(a|b)*[a-z]{2,30}', '^(app|web)-.*$', '(?i)x{1,20}']),
    );
    const matched = mutate(random, 'app-v1.2.3-rc4');
    return () => readPattern(text).pattern?.test(matched);
  }),
  json('state annotation', [state], (text) => readStateText('myapp/deployment/myapp', text)),
  readerOf(
    'WWW-Authenticate',
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
      'Negotiate dG9rZW4=, Basic realm="a, b=\\"c\\"", Bearer realm=x , error=insufficient_scope',
    ],
    parseChallenges,
  ),
  readerOf('Retry-After', ['120', 'Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT'], (text) => {
    const wait = retryAfter(text, text, 1_795_162_530_250);
    if (wait !== undefined && !(wait >= 0 && wait <= 3_600_000)) throw new Error(`Retry-After is read as ${wait}.`);
  }),
  json('pull secrets', dockerConfigs, (text) => credentialsFor([text, text], image)),
  readerOf('registries.yaml', registriesFiles, (text) => readRegistries(text)),
  readerOf('maskSecrets', lines, (text) => [maskSecrets(text), maskSecretsOfTail(text)]),
  readerOf('escapeText', lines, (text) => [escapeText(text), escapeLines(text), escapeJson(JSON.stringify(text))]),
];
