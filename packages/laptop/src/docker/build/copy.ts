import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { copyTree } from '../context/copy-tree.ts';
import { findSources } from '../context/find-sources.ts';
import { ignoreNothing } from '../context/ignore.ts';
import { below } from '../context/inside.ts';
import { DockerError } from '../docker-error.ts';
import { readCommand } from '../dockerfile/command.ts';
import type { Instruction } from '../dockerfile/instruction.ts';
import { allowFlags, flagValue, mistake } from '../dockerfile/instruction.ts';
import { expand, words } from '../dockerfile/words.ts';
import type { BuildContext } from './build-context.ts';
import { findStage } from './build-context.ts';
import type { Stage } from './stage.ts';
import { variablesOf } from './variables.ts';

/** COPY. `--chown` changes nothing: no user of the laptop owns what is in an image, and its processes run as whoever started the demo. */
export async function copy(instruction: Instruction, stage: Stage, context: BuildContext): Promise<void> {
  allowFlags(instruction, 'from', 'chown', 'chmod', 'link');
  const { sources, target } = readPaths(instruction, stage);
  const from = origin(instruction, stage, context);
  const mode = readMode(instruction) ?? from.mode;
  const path = posix.resolve(stage.config.workdir, target);
  try {
    const lists = await Promise.all(sources.map((source) => findSources(from.root, source, from.ignore)));
    const found = lists.flat();
    const intoFolder = /(?:^|\/)\.{0,2}$/.test(target) || (await isFolder(below(stage.root, path)));
    if (found.length > 1 && !intoFolder) {
      throw new DockerError(`of several sources the last name has to be a folder and end with "/": ${target}`);
    }
    for (const source of found) {
      // A folder's content is copied, not the folder itself.
      const isFile = !(await isFolder(below(from.root, source)));
      const to = isFile && intoFolder ? posix.join(path, posix.basename(source)) : path;
      await copyTree(
        { root: from.root, path: source },
        { within: stage.root, path: below(stage.root, to) },
        { ignore: from.ignore, ...(mode === undefined ? {} : { mode }) },
      );
    }
  } catch (error) {
    if (error instanceof DockerError) throw mistake(instruction, error.message);
    throw error;
  }
}

function readPaths(instruction: Instruction, stage: Stage): { sources: readonly string[]; target: string } {
  const { text, escapeChar } = instruction;
  const variables = variablesOf(stage);
  const list = readCommand(text);
  const paths =
    typeof list === 'string'
      ? words(list, variables, escapeChar)
      : list.map((each) => expand(each, variables, escapeChar));
  const target = paths.at(-1);
  if (target === undefined || paths.length < 2) throw mistake(instruction, 'it needs a source and a target.');
  return { sources: paths.slice(0, -1), target };
}

function origin(instruction: Instruction, stage: Stage, context: BuildContext) {
  const from = flagValue(instruction, 'from');
  if (from === undefined) return { root: context.folder, ignore: context.ignore, mode: undefined };
  const name = expand(from, variablesOf(stage));
  const earlier = findStage(context, name);
  if (earlier === undefined) {
    throw mistake(
      instruction,
      `no earlier stage is called ${name}, and the laptop's docker pulls no images to copy from.`,
    );
  }
  return { root: earlier.root, ignore: ignoreNothing, mode: 'keep' as const };
}

function readMode(instruction: Instruction): number | undefined {
  const mode = flagValue(instruction, 'chmod');
  if (mode === undefined) return undefined;
  if (!/^0?[0-7]{3}$/.test(mode))
    throw mistake(instruction, `--chmod takes three octal digits here, such as 755, not ${mode}.`);
  return Number.parseInt(mode, 8);
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}
