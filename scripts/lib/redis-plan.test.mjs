import { describe, expect, it } from 'vitest';
import { redisPlan } from './redis-plan.mjs';

const plan = (managers, isRoot) => redisPlan({ has: (name) => managers.includes(name), isRoot });

describe('a package manager that this user may use', () => {
  it.each([
    [['apt-get'], true, 'apt-get', 'redis-server'],
    [['apk'], true, 'apk', 'redis'],
    [['dnf'], true, 'dnf', 'redis'],
    [['brew'], false, 'brew', 'redis'],
    [['apt-get', 'brew'], false, 'brew', 'redis'],
    [['apt-get', 'brew'], true, 'apt-get', 'redis-server'],
  ])('%j, root: %s → %s', (managers, isRoot, manager, product) => {
    const { attempts, message, ...found } = plan(managers, isRoot);

    expect(message).toBeUndefined();
    expect(found.manager).toBe(manager);
    expect(attempts[0].at(-1)).toEqual(expect.arrayContaining([manager, product]));
  });

  it('the Redis plan updates the lists of apt only when the first try fails', () => {
    const { attempts } = plan(['apt-get'], true);

    expect(attempts.map((commands) => commands.map((command) => command.includes('update')))).toEqual([
      [false],
      [true, false],
    ]);
  });
});

describe('nothing that this user may use', () => {
  it.each([
    [['apt-get'], false, 'apt-get needs root', 'Run: sudo apt-get install redis-server'],
    [['dnf'], false, 'dnf needs root', 'Run: sudo dnf install redis'],
    [['brew'], true, 'brew needs a user who is not root', 'Run: brew install redis'],
    [[], true, 'neither is apt-get, apk, dnf or brew', 'Install Redis 6.2 or later'],
  ])('%j, root: %s', (managers, isRoot, said, remedy) => {
    const found = plan(managers, isRoot);

    expect(found.attempts).toBeUndefined();
    expect(found.message).toContain(said);
    expect(found.remedy).toBe(remedy);
  });
});
