import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger } from './create-logger.ts';

function capture() {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { lines, log: createLogger({ level: 'info', name: 'worker', destination }) };
}

describe('createLogger', () => {
  it('a line has the level by name, an ISO time and the fields', () => {
    const { lines, log } = capture();

    log.info({ workload: 'a/deployment/b' }, 'checked');

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      name: 'worker',
      workload: 'a/deployment/b',
      msg: 'checked',
    });
  });

  it.each(['password', 'token', 'authorization', 'auth', 'secret', 'redisUrl'])(
    'a line never holds the field %s, however deep',
    (field) => {
      const { lines, log } = capture();

      log.info({ [field]: 's3cr3t', a: { [field]: 's3cr3t' }, b: { c: { [field]: 's3cr3t' } } }, 'x');

      expect(lines.join('')).not.toContain('s3cr3t');
    },
  );

  it('an error is logged with its code and causes, and no other property', () => {
    const { lines, log } = capture();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', headers: { authorization: 's3cr3t' } });

    log.error({ err: Object.assign(new Error('away', { cause }), { options: { key: 's3cr3t' } }) }, 'x');

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      err: { message: 'away', cause: { message: 'refused', code: 'ECONNREFUSED' } },
    });
    expect(lines.join('')).not.toContain('s3cr3t');
  });

  it('an error without a code has a stack, an error with a code has none', () => {
    const { lines, log } = capture();

    log.error({ err: new Error('odd') }, 'x');
    log.error({ err: Object.assign(new Error('away'), { code: 'unavailable' }) }, 'x');

    expect(lines.map((line) => JSON.parse(line).err.stack !== undefined)).toEqual([true, false]);
  });
});
