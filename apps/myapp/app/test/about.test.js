import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { aboutFrom } from '../src/about.js';
import { readPort } from '../src/port.js';

const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

test('aboutFrom reads what CI and Kubernetes set', () => {
  const env = { COMMIT: 'c0ffee', BUILD_TIME: '2026-01-02T03:04:05Z', ENVIRONMENT: 'production', HOSTNAME: 'pod-1' };

  assert.deepEqual(aboutFrom(env), {
    name: manifest.name,
    version: manifest.version,
    commit: 'c0ffee',
    buildTime: '2026-01-02T03:04:05Z',
    environment: 'production',
    pod: 'pod-1',
  });
});

test('aboutFrom says "unknown" for what is not set', () => {
  const { commit, buildTime, environment, pod } = aboutFrom({ COMMIT: '', BUILD_TIME: '' });

  assert.deepEqual(
    { commit, buildTime, environment, pod },
    {
      commit: 'unknown',
      buildTime: 'unknown',
      environment: 'development',
      pod: 'unknown',
    },
  );
});

for (const [text, port] of [
  [undefined, 3000],
  ['0', 0],
  ['8080', 8080],
]) {
  test(`readPort reads ${port} when PORT is ${text}`, () => assert.equal(readPort(text), port));
}

for (const text of ['', ' ', 'http', '-1', '65536', '80.5']) {
  test(`readPort refuses "${text}"`, () => assert.throws(() => readPort(text), /which is not a port/));
}
