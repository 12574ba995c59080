import { execFile } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { buildContext } from './build-context.ts';
import { readDockerfile } from './dockerfile.ts';
import { root } from './files.ts';
import type { Place } from './place.ts';

const run = promisify(execFile);

/** What an image would hold and start: the folder that stands for its root, and the one that its command runs in. */
export interface Followed {
  readonly root: string;
  readonly workdir: string;
  readonly command: readonly string[];
}

/**
 * Does what a Dockerfile says, with the checkout as its context: COPY between folders that stand for the stages, RUN in the
 * place. No containers, and no base image: the programs are those of this machine.
 */
export async function followDockerfile(path: string, place: Place): Promise<Followed> {
  const stages = new Map<string, string>();
  let stage = '';
  let workdir = '/';
  let command: string[] = [];

  for (const { name, rest } of await readDockerfile(path)) {
    if (name === 'FROM') {
      stage = join(place.folder, `stage-${stages.size + 1}`);
      workdir = '/';
      await mkdir(stage);
      stages.set(/ AS (\S+)$/.exec(rest)?.[1] ?? 'last', stage);
    }
    if (name === 'WORKDIR') {
      workdir = rest;
      await mkdir(join(stage, workdir), { recursive: true });
    }
    if (name === 'COPY') await copy(rest, stages, join(stage, workdir));
    if (name === 'RUN') await place.run('sh', '-c', `cd "$1" && ${rest}`, 'sh', join(stage, workdir));
    if (name === 'CMD') command = z.array(z.string()).parse(JSON.parse(rest));
  }
  return { root: stage, workdir: join(stage, workdir), command };
}

async function copy(rest: string, stages: ReadonlyMap<string, string>, target: string): Promise<void> {
  const [, from, words = rest] = /^--from=(\S+) (.*)$/.exec(rest) ?? [];
  const [source = '', ...more] = words.split(' ');
  if (more.length !== 1 || !['.', './'].includes(more[0] ?? '')) throw new Error(`Cannot follow COPY ${rest}`);
  if (from === undefined) return copyContext(target);

  const absolute = join(stages.get(from) ?? `no stage ${from}`, source);
  const what = (await stat(absolute)).isDirectory() ? `${absolute}/.` : absolute;
  await run('cp', ['-a', what, target]);
}

async function copyContext(target: string): Promise<void> {
  const list = (await buildContext('.')).join('\n');
  const packed = run('sh', ['-c', 'tar -cf - -T - | tar -xf - -C "$1"', 'sh', target], { cwd: root });
  packed.child.stdin?.end(list);
  await packed;
}
