import type { RedisSettings } from '@keelson/redis';
import { connectQuick, createExplain, RedisError, targetOf } from '@keelson/redis';
import type { Line } from './schema.ts';

class DoctorRedisError extends RedisError<never> {
  override readonly name = 'DoctorRedisError';
}

const explain = createExplain(DoctorRedisError, []);

/** Redis at REDIS_URL: whether it answers, evicts nothing (noeviction) and writes to disk (AOF). */
export async function redis(at: RedisSettings | undefined): Promise<readonly Line[]> {
  if (at === undefined) {
    const message = 'REDIS_URL is not set, so Redis was not examined.';
    const remedy =
      'In a cluster: kubectl -n keelson port-forward svc/redis 6379, and KEELSON_REDIS_CA with the ca.crt of its Secret redis-tls; then REDIS_URL=rediss://keelson:PASSWORD@localhost:6379 keelson doctor';
    return [{ code: 'redis', status: 'unseen', message, remedy }];
  }
  const client = connectQuick(targetOf(at));
  try {
    const [server, memory, persistence] = [
      infoOf(await client.info('server')),
      infoOf(await client.info('memory')),
      infoOf(await client.info('persistence')),
    ];
    return [
      {
        code: 'redis',
        status: 'ok',
        message: `Redis answers: ${server.get('redis_version') ?? 'of unknown version'}.`,
      },
      policyLine(memory.get('maxmemory_policy')),
      aofLine(persistence.get('aof_enabled')),
    ];
  } catch (error) {
    const remedy = 'Check REDIS_URL, and that Redis runs and can be reached from here.';
    return [{ code: 'redis', status: 'missing', message: explain(error).message, remedy }];
  } finally {
    client.disconnect();
  }
}

function policyLine(policy: string | undefined): Line {
  const code = 'redis-policy';
  if (policy === 'noeviction') return { code, status: 'ok', message: 'Redis evicts nothing.' };
  if (policy === undefined) {
    return {
      code,
      status: 'unseen',
      message: 'Redis does not report its maxmemory-policy.',
      remedy: 'Use a user that may run INFO.',
    };
  }
  const message = `Redis has maxmemory-policy ${policy}: when memory runs out it drops keys, among them quarantine and holds.`;
  return {
    code,
    status: 'missing',
    message,
    remedy: 'redis-cli config set maxmemory-policy noeviction, and the same in its configuration.',
  };
}

function aofLine(enabled: string | undefined): Line {
  const code = 'redis-aof';
  if (enabled === '1') return { code, status: 'ok', message: 'Redis writes each change to disk (AOF).' };
  const message = 'Redis has no append-only file: history is lost when it ends.';
  return { code, status: 'note', message, remedy: 'Start it with --appendonly yes.' };
}

/** The `name:value` lines of an INFO section. */
function infoOf(section: string): ReadonlyMap<string, string> {
  return new Map(
    section.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':');
      return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
}
