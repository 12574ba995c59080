import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { memoryLog } from '../../test/setup.ts';
import { logWorkerErrors } from './worker-errors.ts';

function reporter() {
  const log = memoryLog();
  const connection = new Redis({ lazyConnect: true });
  return { log, connection, report: logWorkerErrors(connection, log) };
}

it.each([
  'could not renew lock for job 7',
  'Missing lock for job 7. moveToFinished',
  'Missing key for job 7. moveToFinished',
  'Lock mismatch for job 7. Cmd moveToFinished from active',
  'Job 7 is not in the active state. moveToFinished',
])('a lock that expired under load is no warning: %s', (message) => {
  const { log, report } = reporter();

  report(new Error(message), { function: 'registry-poll' });

  expect(log.lines).toMatchObject([
    {
      level: 'info',
      fields: { function: 'registry-poll' },
      message: 'a run took longer than its lock lasted; the job runs again',
    },
  ]);
});

it('a Redis that cannot be reached is one warning, until it answers again', () => {
  const { log, report, connection } = reporter();
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:1');

  for (const name of ['registry-poll', 'image-patch', 'image-patch']) report(refused, { function: name });
  connection.emit('ready');
  connection.emit('ready');
  report(new Error('Connection is closed.'), { function: 'image-patch' });

  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn Redis cannot be reached; waiting for it',
    'info Redis answers again',
    'warn Redis cannot be reached; waiting for it',
  ]);
});

it('what Redis refuses is a warning each time', () => {
  const { log, report } = reporter();

  for (let i = 0; i < 2; i++) report(new Error('OOM command not allowed'), { function: 'image-patch' });

  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
});

it('what BullMQ says of the next tick of a schedule is said of a full Redis', () => {
  const { log, report } = reporter();

  report(new Error('Failed to add repeatable job for next iteration: OOM command not allowed when used memory'), {});

  expect(log.lines).toMatchObject([{ level: 'warn', fields: { err: { code: 'full' } } }]);
});
