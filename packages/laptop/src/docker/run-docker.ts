import { ImageError } from '@keelson/image';
import { DockerError, RefusedError } from './docker-error.ts';
import type { DockerContext } from './settings.ts';

type Command = (args: readonly string[], context: DockerContext) => Promise<void>;

// Loaded on demand: `docker build` starts faster without what `docker push` needs.
const commands: Readonly<Record<string, { readonly description: string; readonly load: () => Promise<Command> }>> = {
  build: {
    description: 'an image from a Dockerfile and a folder',
    load: async () => (await import('./commands/build.ts')).build,
  },
  login: {
    description: 'remember who you are at a registry',
    load: async () => (await import('./commands/login.ts')).login,
  },
  push: { description: 'bring an image to its registry', load: async () => (await import('./commands/push.ts')).push },
};

const version = "docker of Keelson's laptop: a development tool that builds and pushes plain images, without an engine";

const usage = [
  'usage: docker COMMAND',
  '',
  ...Object.entries(commands).map(([name, { description }]) => `  ${name.padEnd(8)} ${description}`),
  '  version  what this is',
  '',
  `This is the ${version}.`,
  'It knows what CI of this repository asks for. RUN runs on this machine, not in a container.',
].join('\n');

/** @returns the exit code: 0, 1 for what failed, 2 for what was not understood. */
export async function runDocker(argv: readonly string[], context: DockerContext): Promise<number> {
  const { rest, folder } = configFlag(argv);
  const [name = '--help', ...args] = rest;
  if (['--help', '-h', 'help'].includes(name)) {
    context.say(usage);
    return 0;
  }
  if (['version', '--version', '-v'].includes(name)) {
    context.say(version);
    return 0;
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) {
      const known = Object.keys(commands).join(', ');
      throw new RefusedError(`docker ${name} is not done by the laptop's docker; it knows ${known} and version.`);
    }
    const run = await command.load();
    await run(args, { ...context, configFolder: folder ?? context.configFolder });
    return 0;
  } catch (error) {
    if (error instanceof DockerError) {
      context.warn(`docker: ${error.message}`);
      return error.exitCode;
    }
    if (error instanceof ImageError) {
      context.warn(`docker: ${error.message}`);
      return 2;
    }
    throw error;
  }
}

/** `--config FOLDER` before the command, as docker has it. */
function configFlag(argv: readonly string[]): { rest: readonly string[]; folder?: string } {
  const [flag, folder, ...rest] = argv;
  return flag === '--config' && folder !== undefined ? { rest, folder } : { rest: argv };
}
