import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { compileCache } from '@keelson/config/testing';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const article = fileURLToPath(new URL('../../../packages/lint/test/fixtures/article', import.meta.url));

it('a command whose output nobody reads ends with its own exit code, and without a stack trace', async () => {
  const args = [main, 'lint', article, '--json'];
  const child = spawn(process.execPath, args, { env: compileCache, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();

  const [errors, exit] = await Promise.all([text(child.stderr), once(child, 'exit')]);

  expect(errors).toBe('');
  expect(exit).toEqual([1, null]);
});
