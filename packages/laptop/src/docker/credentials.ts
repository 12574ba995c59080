import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DockerError } from './docker-error.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const configShape = z.looseObject({
  auths: z.record(z.string(), z.looseObject({ auth: z.string().optional() })).default({}),
});

/** Remembers them as docker does: base64 in config.json, which only its owner may read. What else stands there stays. */
export async function storeCredentials(folder: string, host: string, credentials: Credentials): Promise<void> {
  const config = await readConfig(folder);
  const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  const path = join(folder, 'config.json');
  await mkdir(folder, { recursive: true });
  await writeFile(path, JSON.stringify({ ...config, auths: { ...config.auths, [host]: { auth } } }, undefined, 2), {
    mode: 0o600,
  });
  // The mode above is for a new file only.
  await chmod(path, 0o600);
}

/** Undefined where nobody logged in. */
export async function credentialsFor(folder: string, host: string): Promise<Credentials | undefined> {
  const { auths } = await readConfig(folder);
  const auth = Object.hasOwn(auths, host) ? auths[host]?.auth : undefined;
  if (auth === undefined) return undefined;
  const text = Buffer.from(auth, 'base64').toString();
  const colon = text.indexOf(':');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

async function readConfig(folder: string): Promise<z.infer<typeof configShape>> {
  const path = join(folder, 'config.json');
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    return configShape.parse(JSON.parse(text));
  } catch (error) {
    throw new DockerError(`${path} is not what docker writes there: fix it or delete it.`, { cause: error });
  }
}
