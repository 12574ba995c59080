import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { below } from '../context/inside.ts';
import { DockerError } from '../docker-error.ts';
import { readCommand } from '../dockerfile/command.ts';
import type { Instruction } from '../dockerfile/instruction.ts';
import { allowFlags, mistake } from '../dockerfile/instruction.ts';
import { expand, WordError } from '../dockerfile/words.ts';
import type { BuildContext } from './build-context.ts';
import { pathOutside } from './guard-run.ts';
import type { Stage } from './stage.ts';
import { variablesOf } from './variables.ts';

/** RUN: on the laptop itself, in the folder that WORKDIR is in the stage's root, with the environment that ARG and ENV make. */
export async function runCommand(instruction: Instruction, stage: Stage, { tools, say }: BuildContext): Promise<void> {
  allowFlags(instruction, 'mount');
  for (const { value = '' } of instruction.flags) {
    // A cache only saves time, so that without one the result is the same; what else can be mounted is not.
    if (!/(?:^|,)type=cache(?:,|$)/.test(value)) {
      throw mistake(instruction, `of --mount the laptop's docker knows type=cache only, not ${value}.`);
    }
  }
  const command = readCommand(instruction.text);
  const { workdir } = stage.config;
  const text = typeof command === 'string' ? command : command.join(' ');
  const outside = pathOutside(withoutQuotes(text, stage), workdir);
  if (outside !== undefined) {
    throw mistake(
      instruction,
      `it names ${outside}. On the laptop RUN is not in a container, and this would be the laptop's own: use paths below WORKDIR.`,
    );
  }
  const cwd = below(stage.root, workdir);
  await mkdir(cwd, { recursive: true });
  const argv = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const [program = '', ...args] = argv;
  const { PATH: path = '', ...env } = Object.fromEntries([...stage.args, ...stage.config.env]);
  const own = path.split(delimiter).filter((folder) => folder.startsWith('/'));
  const ended = await ending(program, args, {
    cwd,
    env: {
      ...tools,
      ...env,
      PATH: [...own.map((folder) => below(stage.root, folder)), tools['PATH'] ?? ''].join(delimiter),
    },
    say,
  });
  if (ended !== 'done') throw new DockerError(`Dockerfile line ${instruction.line}, RUN: ${text} ${ended}.`);
}

/** What the shell will make of the variables that the Dockerfile sets. Expansions that only a shell knows stay as they are. */
function withoutQuotes(text: string, stage: Stage): string {
  const bare = text.replaceAll(/['"\\]/g, ' ');
  try {
    return expand(bare, { ...variablesOf(stage), PATH: '' });
  } catch (error) {
    if (error instanceof WordError) return bare;
    throw error;
  }
}

interface Running {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
}

function ending(program: string, args: readonly string[], { cwd, env, say }: Running): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => say(text.replace(/\n$/, '')));
    }
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => {
      if (code === 0) resolve('done');
      else resolve(code === null ? `was ended by ${signal}` : `returned a non-zero code: ${code}`);
    });
  });
}
