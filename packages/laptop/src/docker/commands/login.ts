import { PushSession } from '@keelson/simulator/push';
import { storeCredentials } from '../credentials.ts';
import { DockerError, RefusedError } from '../docker-error.ts';
import { registryUrl } from '../registry-of.ts';
import type { DockerContext } from '../settings.ts';
import { readOptions } from './options.ts';

/** `docker login -u NAME (-p PASSWORD | --password-stdin) REGISTRY`. Signs in first, and stores only credentials that the registry accepts. */
export async function login(args: readonly string[], context: DockerContext): Promise<void> {
  const { values, positionals } = readOptions('login', args, {
    username: { type: 'string', short: 'u' },
    password: { type: 'string', short: 'p' },
    'password-stdin': { type: 'boolean' },
  });
  const [host, ...more] = positionals;
  if (host === undefined || more.length > 0)
    throw new RefusedError('docker login needs one registry: docker login HOST.');
  const { username, password: given } = values;
  const piped = values['password-stdin'] ? (await context.readInput()).replace(/\r?\n$/, '') : undefined;
  if (given !== undefined && piped !== undefined)
    throw new RefusedError('--password and --password-stdin exclude each other.');
  const password = given ?? piped;
  if (username === undefined || password === undefined || password === '') {
    throw new RefusedError('docker login needs --username, and a password by --password-stdin or --password.');
  }
  if (given !== undefined) context.warn('WARNING! Using --password via the CLI is insecure. Use --password-stdin.');
  const credentials = { username, password };
  const session = new PushSession({ url: registryUrl(host, context.settings), credentials });
  try {
    await session.send('/v2/', { method: 'GET' }, [200]);
  } catch (error) {
    throw new DockerError(`${host} refused ${username}, or cannot be reached: ${message(error)}`, {
      cause: error,
    });
  }
  await storeCredentials(context.configFolder, host, credentials);
  context.say('Login Succeeded');
}

function message(error: unknown): string {
  return error instanceof Error ? `${error.message}.` : String(error);
}
