import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { dieWithParent, endProcess } from '@keelson/process';
import type { NotifyEndpoint } from '@keelson/simulator';

export interface DebianRegistryOptions {
  /** Require a name and password. @default false */
  readonly htpasswd?: boolean;
  /** @default none */
  readonly notify?: readonly NotifyEndpoint[];
}

/** Debian's package `docker-registry` (distribution 2.8), serving from a temporary folder. */
export interface DebianRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly url: string;
  /** The name and password that it accepts, where it requires them. */
  readonly credentials?: { readonly username: string; readonly password: string };
  stop(): Promise<void>;
}

const credentials = { username: 'keelson', password: 'correct horse' };
/** The password above in bcrypt, the only form that distribution's htpasswd takes. */
const htpasswdLine = 'keelson:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n';

/** Undefined where there is no `docker-registry` on PATH: the test then says what it skips. */
export async function startDebianRegistry(options: DebianRegistryOptions = {}): Promise<DebianRegistry | undefined> {
  const binary = await onPath('docker-registry');
  if (binary === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'keelson-registry-'));
  const config = join(folder, 'config.yml');
  await writeFile(join(folder, 'htpasswd'), htpasswdLine);
  await writeFile(config, JSON.stringify(configuration(folder, options)));
  const child = spawn(binary, ['serve', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  dieWithParent(child);
  const stop = async (): Promise<void> => {
    await endProcess(child, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const host = await listening(child);
    return { host, url: `http://${host}`, ...(options.htpasswd ? { credentials } : {}), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** JSON is YAML too. Port 0: the kernel finds a free one, and the log says which. */
function configuration(folder: string, { htpasswd = false, notify = [] }: DebianRegistryOptions): object {
  const endpoints = notify.map(({ url, headers = {} }, place) => ({
    name: `endpoint-${place}`,
    url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    timeout: '2s',
    threshold: 3,
    backoff: '1s',
  }));
  return {
    version: '0.1',
    log: { level: 'info', formatter: 'json', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
    ...(htpasswd ? { auth: { htpasswd: { realm: 'keelson', path: join(folder, 'htpasswd') } } } : {}),
    ...(endpoints.length > 0 ? { notifications: { endpoints } } : {}),
  };
}

/** Waits for the log's `listening on 127.0.0.1:PORT`, and goes on reading so that the pipe never fills up. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`docker-registry ended with ${code}: ${said.join('\n')}`)));
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      const host = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (host !== undefined) resolve(host);
      else if (said.length < 20) said.push(line);
    });
  });
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, name);
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return undefined;
}
