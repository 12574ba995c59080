import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';

/** Who commits are by. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

export interface Git {
  /** Answers standard output without the last line break. */
  readonly run: (cwd: string, ...args: readonly string[]) => Promise<string>;
  /** Answers standard output as it is. */
  readonly read: (cwd: string, ...args: readonly string[]) => Promise<Buffer>;
  /** As `read`, with text for its standard input. */
  readonly pipe: (cwd: string, input: string, ...args: readonly string[]) => Promise<Buffer>;
  /** What a git of ours sees: nothing of the user's configuration, nor of a git that we are called from. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs git apart from the user's own settings.
 *
 * @param home a folder of ours
 */
export function createGit(path: string, home: string, author: Author): Git {
  const env = {
    PATH: path,
    HOME: home,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  };
  async function pipe(cwd: string, input: string, ...args: readonly string[]): Promise<Buffer> {
    const child = spawn('git', args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`git could not be started: ${error.message}`, { cause: error })));
      child.once('close', resolve);
    });
    // A git that ended without reading it says why itself.
    child.stdin.on('error', () => {}).end(input);
    const [code, out, said] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with code ${code}: ${said.trim()}`);
    return out;
  }
  const read: Git['read'] = (cwd, ...args) => pipe(cwd, '', ...args);
  return { env, pipe, read, run: async (cwd, ...args) => (await read(cwd, ...args)).toString().replace(/\n$/, '') };
}
