import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compileCache } from '@keelson/config/testing';
import type { TestNamespace } from './test-namespace.ts';
import { waitUntil } from './wait-until.ts';

type Variables = Readonly<Record<string, string>>;
type Given = Pick<TestNamespace, 'env' | 'onClose'> & { readonly settings: Variables };

/** A process of ours with an HTTP side: a worker's health and metrics, or the API. */
export interface Process {
  readonly pid: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Everything that it has written so far. */
  readonly written: string;
  /** Its exit code and the signal that ended it. */
  readonly exited: Promise<readonly unknown[]>;
  signal(name: NodeJS.Signals): void;
  /** The value of a metric without labels, like `process_resident_memory_bytes`. */
  metric(name: string): Promise<number>;
  /** Whether its /metrics have such a line: `keelson_lease_held 1`. */
  hasMetric(line: RegExp): Promise<boolean>;
}

/** As `npm start` and infrastructure/keelson run a worker. */
export const workerFlags = ['--max-semi-space-size=2', '--initial-old-space-size=48', '--heap-growing-percent=25'];

/** What Node takes for its heap where a container has 512 MiB, as both have. */
const heapInContainer = ['--max-old-space-size=256'];

/** How the two say in their logs where they listen. */
const mains = {
  worker: { path: '../../../apps/worker/src/main.ts', flags: workerFlags, listens: /"port":(?<port>\d+)/ },
  api: { path: '../../../apps/api/src/main.ts', flags: [], listens: /"url":"http:\/\/127\.0\.0\.1:(?<port>\d+)"/ },
};

/** Workers and the API as they run in production, each a process of its own, in one TestNamespace. What still runs when that closes is killed. */
export function createProcesses({ settings, env, onClose }: Given) {
  async function start(kind: keyof typeof mains, variables: Variables): Promise<Process> {
    const { path, flags, listens } = mains[kind];
    const child = spawn(
      process.execPath,
      [...flags, ...heapInContainer, fileURLToPath(new URL(path, import.meta.url))],
      {
        env: { ...variables, ...compileCache },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let written = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        written += chunk.toString();
      });
    }
    const exited = once(child, 'close');
    onClose(() => {
      child.kill('SIGKILL');
      return exited;
    });
    const port = await waitUntil(`the ${kind} listens`, () => {
      if (child.exitCode !== null) return 'none';
      return listens.exec(written)?.groups?.port;
    });
    if (port === 'none') throw new Error(`The ${kind} ended at its start: ${written}`);
    const url = `http://127.0.0.1:${port}`;
    await waitUntil(`the ${kind} is ready`, async () => (await fetch(`${url}/readyz`)).ok);
    const metrics = async () => (await fetch(`${url}/metrics`)).text();
    return {
      url,
      pid: child.pid ?? 0,
      get written() {
        return written;
      },
      exited,
      signal: (name) => void child.kill(name),
      metric: async (name) => Number(new RegExp(`^${name} (?<value>\\S+)$`, 'm').exec(await metrics())?.groups?.value),
      hasMetric: async (line) => line.test(await metrics()),
    };
  }

  return {
    /** Resolves when it watches the cluster. */
    worker: (more: Variables = {}): Promise<Process> =>
      start('worker', {
        ...settings,
        REDIS_URL: env.redis.url,
        KUBECONFIG: env.kubeconfigPath,
        KEELSON_HEALTH_LISTEN: '127.0.0.1:0',
        ...more,
      }),

    /** Resolves when it is ready. */
    api: (more: Variables = {}): Promise<Process> =>
      start('api', { ...settings, REDIS_URL: env.redis.url, KEELSON_LISTEN: '127.0.0.1:0', ...more }),
  };
}
