import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerSpec, ExecResult, RunningContainer } from '@keelson/simulator/kubelet';
import type { UnpackedImage } from './image-folders.ts';
import type { Ports } from './ports.ts';
import type { Command } from './programs.ts';
import { findProgram, searchPath } from './programs.ts';
import type { Program } from './run-program.ts';
import { runProgram } from './run-program.ts';

/** A node's network is its own; this machine's is not, so that programs are to listen on it only. */
const loopback = '127.0.0.1';

export interface ContainerPlace {
  readonly image: UnpackedImage;
  readonly ports: Ports;
  /** Where containers have their homes. */
  readonly homes: string;
}

/** A container, and the program that it is. */
export interface StartedContainer extends RunningContainer {
  readonly program: Program;
}

interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: (words: readonly string[]) => Command;
}

/**
 * Starts a container of an unpacked image as a process of this machine.
 *
 * @throws Error when its program is not there or does not start
 */
export async function startContainer(spec: ContainerSpec, place: ContainerPlace): Promise<StartedContainer> {
  await mkdir(place.homes, { recursive: true });
  const home = await mkdtemp(join(place.homes, `${spec.pod.name}-${spec.name}-`));
  const port = spec.ports.length === 0 ? undefined : await place.ports.take();
  const release = async () => {
    if (port !== undefined) place.ports.giveBack(port);
    await rm(home, { recursive: true, force: true });
  };
  try {
    const around = await surroundings(spec, place, home, port);
    const program = await runProgram(around.command(wordsOf(spec, place.image)), around);
    // what a process left behind may be busy in its home for a moment; the folder of all homes goes with the runtime
    void program.exited.then(release).catch(() => undefined);
    return {
      program,
      exited: program.exited,
      address: port === undefined ? undefined : { host: loopback, port },
      remarks: remarksOn(spec),
      log: () => program.output.text,
      stop: program.stop,
      exec: (command, timeoutMs) => execute(around, command, timeoutMs),
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The manifest's `command` takes the place of entry point and arguments, its `args` that of the arguments (as Kubernetes has it). */
function wordsOf({ command, args }: ContainerSpec, { config }: UnpackedImage): readonly string[] {
  if (command !== undefined) return [...command, ...(args ?? [])];
  return [...config.entrypoint, ...(args ?? config.cmd)];
}

async function surroundings(
  spec: ContainerSpec,
  { image: { root, config } }: ContainerPlace,
  home: string,
  port: number | undefined,
): Promise<Surroundings> {
  const said = { ...config.env, ...spec.env };
  const path = searchPath(root, said['PATH']);
  const own = { PATH: path, HOME: home, TMPDIR: home };
  const env = { ...said, ...own, ...(port === undefined ? {} : { PORT: String(port), HOST: loopback }) };
  const workingDir = spec.workingDir ?? config.workingDir;
  const cwd = join(root, workingDir);
  if (!existsSync(cwd)) await mkdir(cwd, { recursive: true });
  return { cwd, env, command: (words) => findProgram(words, { root, workingDir, path }) };
}

async function execute(around: Surroundings, words: readonly string[], timeoutMs: number): Promise<ExecResult> {
  const program = await runProgram(around.command(words), around);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void program.stop(0);
  }, timeoutMs);
  const { code } = await program.exited;
  clearTimeout(timer);
  return { exitCode: late ? undefined : (code ?? 137), output: program.output.text.trimEnd() };
}

function remarksOn({ name, ports }: ContainerSpec): readonly string[] {
  if (ports.length < 2) return [];
  const [first, ...others] = ports;
  return [
    `Of the ports of container ${name} only ${first} is served on this laptop, and not ${others.join(', ')}: the environment variable PORT names one port.`,
  ];
}
