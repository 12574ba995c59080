import { randomBytes } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { filesAt } from '../git/files-at.ts';
import { installHook } from '../git/hook/install-hook.ts';
import { listenForPushes } from '../git/hook/listen-for-pushes.ts';
import type { BranchPush } from '../git/pushes.ts';
import { noCommit } from '../git/pushes.ts';
import type { Author } from '../git/run-git.ts';
import { createGit } from '../git/run-git.ts';
import type { SeedFiles } from '../git/seed.ts';
import { seedRepository } from '../git/seed.ts';
import type { ForgeEvent, PipelineState } from './events.ts';
import { runPipeline } from './run-pipeline.ts';
import { writeTools } from './tools.ts';
import { ciVariables } from './variables.ts';

export interface ForgeOptions {
  /** For all that the forge keeps; made where it is missing. One that was used before is taken up as it is. */
  readonly folder: string;
  /** The first commit's. */
  readonly files: SeedFiles;
  /** Branches that start at the first commit, besides `main`. @default staging */
  readonly branches?: readonly string[];
  readonly registry: {
    /** As images name it: `registry.gitlab.com`. */
    readonly host: string;
    /** Where it really is: `http://127.0.0.1:5000`. */
    readonly url: string;
    /** @default `gitlab-ci-token` and a random password, for a registry without authentication */
    readonly credentials?: { readonly username: string; readonly password: string };
  };
  /** `group/project`: images are called HOST/GROUP/PROJECT/APP. */
  readonly project: string;
  /** Of commits made here. @default cmunroe */
  readonly author?: Author;
  /** npm takes packages from its cache only. @default false */
  readonly offline?: boolean;
  /** PATH of jobs, after our own programs. @default the system's usual folders */
  readonly path?: string;
  /** More environment for jobs and `RUN`: `networkEnv` picks what fits from that of whoever started us. @default none */
  readonly env?: Readonly<Record<string, string>>;
  readonly onEvent: (event: ForgeEvent) => void;
}

export interface Forge {
  /** Path of the bare repository: `git push` and `git clone` take it. */
  readonly remote: string;
  /** Clones the repository, with an author set so that commits work. */
  readonly clone: (to: string) => Promise<void>;
  /** The commit of a branch; undefined where there is none. */
  readonly head: (branch: string) => Promise<string | undefined>;
  /** Text files of a commit below a folder (`.` for all), by their paths from the repository's root. */
  readonly filesAt: (commit: string, folder: string) => Promise<Map<string, string>>;
  /** Runs a branch's pipeline as if it had been pushed just now for the first time: every `changes` holds. */
  readonly build: (branch: string) => Promise<PipelineState>;
  /** Resolves when no pipeline runs or waits. */
  readonly settled: () => Promise<void>;
  /** Ends the pipeline that runs, drops those that wait, and makes later pushes print that the forge has stopped. */
  readonly stop: () => Promise<void>;
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A git forge for the laptop: a bare repository whose pushes run the pipelines of their commits, one after another. */
export async function startForge(options: ForgeOptions): Promise<Forge> {
  const { folder, registry, project, onEvent, path = systemPath } = options;
  const { author = { name: 'cmunroe', email: 'cmunroe@users.noreply.gitlab.com' } } = options;
  const bare = join(folder, `${project}.git`);
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  // A pipeline starts gitlab-ci-local, docker and npm many times: their modules are compiled once only.
  const compiled = { NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const env = { ...jobEnv(home, options.offline ?? false), ...compiled, ...options.env };
  const toolsPath = await writeTools({ folder, path, env, mirrors: { [registry.host]: registry.url } });
  const git = createGit(path, home, author);
  const { credentials = { username: 'gitlab-ci-token', password: randomBytes(16).toString('hex') } } = registry;
  const isThere = await access(join(bare, 'HEAD')).then(
    () => true,
    () => false,
  );
  const { branches = ['staging'] } = options;
  if (!isThere) await seedRepository(git, bare, { files: options.files, branches, work: join(folder, 'seed') });

  const stopping = new AbortController();
  const validated = new Set<string>();
  let pipelines = 0;
  let line: Promise<unknown> = Promise.resolve();

  async function facts(id: number, push: BranchPush) {
    const shown = await git.run(bare, 'show', '--no-patch', '--format=%cI%n%s', push.commit);
    const [committedAt = '', title = ''] = shown.split('\n');
    const createdAt = `${new Date().toISOString().slice(0, 19)}Z`;
    return { id, push, createdAt, title, committedAt, project, registry: { host: registry.host, ...credentials } };
  }

  async function run(id: number, push: BranchPush): Promise<PipelineState> {
    if (stopping.signal.aborted) return 'stopped';
    return await runPipeline({
      id,
      push,
      git,
      bare,
      folder: join(folder, 'pipelines', String(id)),
      projectUrl: `https://${registry.host.replace(/^registry\./, '')}/${project}`,
      variables: ciVariables(await facts(id, push)),
      env: { ...git.env, ...env, PATH: toolsPath },
      signal: stopping.signal,
      validated,
      onEvent,
    });
  }

  function enqueue(push: BranchPush): { id: number; done: Promise<PipelineState> } {
    pipelines += 1;
    const id = pipelines;
    const done = line.then(() => run(id, push));
    line = done.catch(() => {});
    return { id, done };
  }

  const targetFile = join(bare, 'forge');
  await mkdir(dirname(targetFile), { recursive: true });
  await installHook(bare, targetFile);
  const listener = await listenForPushes(targetFile, (pushes) =>
    pushes.map((push) => {
      const { id } = enqueue(push);
      return `Pipeline ${id} for ${push.branch} at ${push.commit.slice(0, 8)}: watch the demo's terminal.`;
    }),
  );

  async function head(branch: string): Promise<string | undefined> {
    const found = await git.run(bare, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
    return found === '' ? undefined : found;
  }

  return {
    remote: bare,
    clone: async (to) => {
      await git.run(folder, 'clone', '--quiet', bare, to);
      await git.run(to, 'config', 'user.name', author.name);
      await git.run(to, 'config', 'user.email', author.email);
    },
    head,
    filesAt: (commit, below) => filesAt(git, bare, commit, below),
    build: async (branch) => {
      const commit = await head(branch);
      if (commit === undefined) throw new Error(`${bare} has no branch ${branch}.`);
      return await enqueue({ branch, before: noCommit, commit }).done;
    },
    settled: async () => {
      for (let seen: unknown; seen !== line; ) {
        seen = line;
        await line;
      }
    },
    stop: async () => {
      stopping.abort();
      await listener.stop();
      await line;
    },
  };
}

function jobEnv(home: string, offline: boolean): Readonly<Record<string, string>> {
  return {
    HOME: home,
    LANG: 'C.UTF-8',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    ...(offline ? { npm_config_offline: 'true' } : {}),
  };
}
