import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '@keelson/process';
import { connectQuick, targetOf } from '@keelson/redis';
import { rights } from '@keelson/redis/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { documentsOf, textOf } from '../src/manifests/files.ts';

const probe = z.looseObject({ exec: z.object({ command: z.array(z.string()) }) });
const container = z.looseObject({
  command: z.array(z.string()),
  args: z.tuple([z.string()]),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
});
const statefulSet = z.looseObject({
  kind: z.literal('StatefulSet'),
  spec: z.looseObject({
    template: z.looseObject({ spec: z.looseObject({ containers: z.tuple([container]) }) }),
  }),
});

async function redisContainer(): Promise<z.output<typeof container>> {
  const [found] = (await documentsOf('infrastructure/redis/redis.yaml')).flatMap((each) => {
    const read = statefulSet.safeParse(each);
    return read.success ? [read.data.spec.template.spec.containers[0]] : [];
  });
  if (!found) throw new Error('Redis has no StatefulSet.');
  return found;
}

/** The command of docs/clusters.md that makes the certificate. */
async function certificateCommand(): Promise<string> {
  const found = /^openssl req -x509 (?:[^\n]*\\\n)*[^\n]*$/m.exec(await textOf('docs/clusters.md'))?.[0];
  if (found === undefined) throw new Error('docs/clusters.md has no command for a certificate.');
  return found;
}

async function run(command: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], output, errors] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code: Number(code), output: output + errors };
}

it("Keelson's Redis writes to disk, evicts nothing, and lets one user in, by TLS (law 17)", async ({
  onTestFinished,
}) => {
  const { command, args, ...probes } = await redisContainer();
  const folder = await mkdtemp(join(tmpdir(), 'keelson-redis-'));
  const made = await run('sh', '-ec', `tls='${folder}'\n${await certificateCommand()}`);
  expect(made).toMatchObject({ code: 0 });
  const [port, ca] = [await freePort(), join(folder, 'tls.crt')];
  const script = args[0]
    .replace('--dir /data', `--dir ${folder} --bind 127.0.0.1`)
    .replace('--tls-port 6379', `--tls-port ${port}`)
    .replaceAll('/tls/', `${folder}/`);
  const [shell = '', ...flags] = command;

  const child = spawn(shell, [...flags, `read -r REDISCLI_AUTH; ${script}`], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end('of-this-test\n');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    await rm(folder, { recursive: true });
  });
  const probed = async (name: 'startupProbe' | 'readinessProbe' | 'livenessProbe', password: string) => {
    const [cli = '', ...rest] = probes[name].exec.command;
    const here = ['-p', `${port}`, ...rest.map((each) => each.replace('/tls/ca.crt', ca))];
    return run('env', `REDISCLI_AUTH=${password}`, cli, ...here);
  };
  await expect.poll(async () => (await probed('startupProbe', 'of-this-test')).output).toBe('PONG\n');
  expect(await probed('readinessProbe', 'of-this-test')).toEqual({ code: 0, output: 'PONG\n' });
  expect((await probed('livenessProbe', 'of-this-test')).code).toBe(0);
  expect((await probed('readinessProbe', 'another')).code).not.toBe(0);

  const url = (password: string) => `rediss://keelson:${password}@localhost:${port}`;
  const client = connectQuick(targetOf({ redisUrl: url('of-this-test'), redisCa: ca }));
  await client.set('{keelson}:h:x', '1');
  const info = (await client.info()).split(/\r?\n/);
  expect(info).toEqual(
    expect.arrayContaining(['aof_enabled:1', `maxmemory:${256 * 1024 * 1024}`, 'maxmemory_policy:noeviction']),
  );
  await expect(client.get('foreign')).rejects.toThrow('NOPERM');
  client.disconnect();
  const plain = connectQuick(`redis://keelson:of-this-test@localhost:${port}`);
  await expect(plain.ping()).rejects.toBeInstanceOf(Error);
  plain.disconnect();
  expect(existsSync(join(folder, 'appendonlydir'))).toBe(true);
});

it('the rights of the user keelson are those with which Keelson is tested, in the manifest and in the docs (law 17)', async () => {
  const words = (written: string) => written.replaceAll('\\\n', ' ').replaceAll(/\s+/g, ' ');
  const { args } = await redisContainer();
  const docs = await textOf('docs/operation.md');

  expect(words(args[0])).toContain(`user default off user keelson on >$REDISCLI_AUTH ${rights.join(' ')} END`);
  expect(words(docs)).toContain(`user keelson on >PASSWORD ${rights.join(' ')} `);
});
