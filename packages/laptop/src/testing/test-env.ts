import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatedCluster } from '@keelson/simulator';
import { startRegistry, startSimulatedCluster } from '@keelson/simulator';
import type { RunningIngress } from '../ingress/start-ingress.ts';
import { startIngress } from '../ingress/start-ingress.ts';
import type { ProcessRuntime } from '../runtime/create-process-runtime.ts';
import { createProcessRuntime } from '../runtime/create-process-runtime.ts';
import { layerOf, pushFiles } from './push-files.ts';
import { sampleApp } from './sample-app.ts';

const host = 'registry.example.com';

/** A registry, a cluster of two nodes whose containers are processes, and its ingress. */
export interface TestEnv {
  readonly cluster: SimulatedCluster;
  readonly runtime: ProcessRuntime;
  readonly ingress: RunningIngress;
  /** Pushes the sample app, and returns the name of its image. */
  readonly pushApp: (tag: string, env?: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
}

export async function startTestEnv(): Promise<TestEnv> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-laptop-'));
  const registry = await startRegistry();
  const mirrors = { [host]: registry.url };
  const runtime = createProcessRuntime({ folder, mirrors });
  const times = { pullMs: 0, backoffMs: 300 };
  const cluster = await startSimulatedCluster({ mirrors, runtime, nodes: 2, times });
  const ingress = await startIngress({ cluster, firstPort: 0 });
  return {
    cluster,
    runtime,
    ingress,
    pushApp: async (tag, env = []) => {
      const config = { Cmd: ['node', 'main.mjs'], WorkingDir: '/app', Env: [`VERSION=${tag}`, ...env] };
      await pushFiles(registry.url, 'app', tag, { config, layers: [await layerOf({ 'app/main.mjs': sampleApp })] });
      return `${host}/app:${tag}`;
    },
    stop: async () => {
      await ingress.stop();
      await cluster.stop();
      await runtime.stop();
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
