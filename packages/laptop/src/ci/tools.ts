import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DockerSettings } from '../docker/settings.ts';
import { shellWord } from '../shell-word.ts';
import { stateFolder } from './gitlab-ci-local.ts';

export interface ToolOptions {
  /** Folder of ours for the programs, images and credentials. */
  readonly folder: string;
  /** Where all other programs are looked for. */
  readonly path: string;
  /** Of jobs and of `RUN`: HOME, npm's settings. */
  readonly env: Readonly<Record<string, string>>;
  readonly mirrors: DockerSettings['mirrors'];
}

/**
 * Writes `docker`, `node` and a guard for `rsync` into a folder, and returns the PATH on which they come first. `node` is the project's own: jobs that
 * run npm get it whatever is installed.
 */
export async function writeTools({ folder, path, env, mirrors }: ToolOptions): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const node = join(bin, 'node');
  await rm(node, { force: true });
  await symlink(process.execPath, node);
  const onPath = [bin, path].join(delimiter);
  const settings: DockerSettings = { store: join(folder, 'images'), mirrors, tools: { ...env, PATH: onPath } };
  const settingsFile = join(folder, 'docker.json');
  await mkdir(settings.store, { recursive: true });
  await writeFile(settingsFile, JSON.stringify(settings, undefined, 2));
  const config = shellWord(join(folder, 'docker-config'));
  await writeProgram(
    join(bin, 'docker'),
    `config=$DOCKER_CONFIG\n[ -n "$config" ] || config=${config}`,
    `${program(new URL('../docker/main.ts', import.meta.url))} ${shellWord(settingsFile)} "$config"`,
  );
  // Before each job gitlab-ci-local copies the checkout for containers, which no job runs in here: nobody has to install rsync for that.
  const skipForContainers = `case " $* " in *" ${stateFolder}/builds/.docker/ ") exit 0 ;; esac\nPATH=${shellWord(path)}`;
  await writeProgram(join(bin, 'rsync'), skipForContainers, 'rsync');
  return onPath;
}

/** With the compiled code that this process uses, if any: a pipeline starts the program again and again. */
function program(source: URL): string {
  const cache = getCompileCacheDir();
  const env = cache === undefined ? '' : `env NODE_COMPILE_CACHE=${shellWord(cache)} `;
  return `${env}${shellWord(process.execPath)} ${shellWord(fileURLToPath(source))}`;
}

async function writeProgram(path: string, before: string, command: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${before}\nexec ${command} "$@"\n`);
  await chmod(path, 0o755);
}
