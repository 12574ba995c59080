import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openTokens } from './open-tokens.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-tokens-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Replaces the file at once, as kubelet does. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

const entry = (name: string) => `tokens: [{ name: ${name}, token: secret-of-${name}, may: read, namespaces: [a] }]`;

it('the tokens are read again when their file changes, and stay when it is wrong', async () => {
  const path = join(folder, 'tokens.yaml');
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: vi.fn<(line: object) => void>(),
  };
  await replace(path, entry('one'));
  const tokens = openTokens({ path, reserved: {} }, log, 5);
  const names = () => tokens.current().map(({ value }) => value.name);
  expect(names()).toEqual(['one']);

  await replace(path, entry('two'));
  await expect.poll(names).toEqual(['two']);
  await replace(path, 'tokens: [secret-of-three]');
  await expect.poll(() => log.error.mock.calls).toHaveLength(1);
  expect(names()).toEqual(['two']);
  await rm(path);
  await expect.poll(() => log.error.mock.calls).toHaveLength(2);
  expect(names()).toEqual(['two']);
  await replace(path, 'tokens: []');
  await expect.poll(names).toEqual([]);
  tokens.close();

  expect(JSON.stringify(log.error.mock.calls)).not.toContain('secret-of');
});

it('a file of tokens that is not there at the start is an error that names it', () => {
  const path = join(folder, 'nowhere.yaml');

  expect(() => openTokens({ path, reserved: {} }, console)).toThrow(
    `KEELSON_TOKENS names ${path}, which cannot be read (ENOENT).`,
  );
});
