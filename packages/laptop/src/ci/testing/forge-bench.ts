import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { RegistryServer } from '@keelson/simulator';
import { startRegistry } from '@keelson/simulator';
import { z } from 'zod';
import type { SeedFiles } from '../../git/seed.ts';
import type { ForgeEvent, JobEvent, PipelineState } from '../events.ts';
import type { Forge } from '../start-forge.ts';
import { startForge } from '../start-forge.ts';

const run = promisify(execFile);

export const password = 'a password that nobody prints';

const manifestShape = z.object({ config: z.object({ digest: z.string() }) });
const configShape = z.object({ config: z.object({ Labels: z.record(z.string(), z.string()) }) });

/** A forge, a clone of its repository, and a registry that requires a password. */
export interface ForgeBench {
  readonly forge: Forge;
  readonly registry: RegistryServer;
  readonly clone: string;
  readonly events: ForgeEvent[];
  /** Runs git in the clone, and returns what it printed. */
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Writes files, commits them, and returns the commit. */
  readonly commit: (files: Readonly<Record<string, string>>) => Promise<string>;
  /** Digest of a tag; undefined where there is none. */
  readonly digest: (tag: string) => Promise<string | undefined>;
  readonly labels: (tag: string) => Promise<Readonly<Record<string, string>>>;
  /** State of the last pipeline that ended. */
  readonly last: () => PipelineState | undefined;
  readonly job: (name: string) => JobEvent | undefined;
  readonly stop: () => Promise<void>;
}

/** @param image below `registry.gitlab.com/cmunroe/ops/` */
export async function createForgeBench(files: SeedFiles, image: string): Promise<ForgeBench> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-forge-'));
  const credentials = { username: 'ci', password };
  const registry = await startRegistry({ auth: { type: 'basic', users: { ci: password } } });
  const events: ForgeEvent[] = [];
  const forge = await startForge({
    folder: join(folder, 'forge'),
    files,
    registry: { host: 'registry.gitlab.com', url: registry.url, credentials },
    project: 'cmunroe/ops',
    offline: true,
    onEvent: (event) => events.push(event),
  });
  const clone = join(folder, 'clone');
  await forge.clone(clone);

  async function git(...args: readonly string[]): Promise<string> {
    // What a terminal may have set: none of it may bend the hook.
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: folder,
      GIT_CONFIG_GLOBAL: '/dev/null',
      NODE_OPTIONS: '--no-such-option',
    };
    const { stdout, stderr } = await run('git', [...args], { cwd: clone, env });
    return `${stdout}${stderr}`.trim();
  }

  async function get(path: string): Promise<Response> {
    return await fetch(`${registry.url}/v2/cmunroe/ops/${image}/${path}`, { headers: registry.pushHeaders });
  }

  return {
    forge,
    registry,
    clone,
    events,
    git,
    commit: async (changed) => {
      for (const [path, text] of Object.entries(changed)) {
        await mkdir(dirname(join(clone, path)), { recursive: true });
        await writeFile(join(clone, path), text);
      }
      await git('add', '--all');
      await git('commit', '--quiet', '--message', 'Change');
      return await git('rev-parse', 'HEAD');
    },
    digest: async (tag) => {
      const answer = await get(`manifests/${tag}`);
      return answer.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
    },
    labels: async (tag) => {
      const { config } = manifestShape.parse(await (await get(`manifests/${tag}`)).json());
      return configShape.parse(await (await get(`blobs/${config.digest}`)).json()).config.Labels;
    },
    last: () => events.findLast((event) => event.type === 'pipeline')?.state,
    job: (name) => events.findLast((event): event is JobEvent => event.type === 'job' && event.name === name),
    stop: async () => {
      await forge.stop();
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
