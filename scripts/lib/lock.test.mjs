import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withLock } from './lock.mjs';

let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-lock-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const lock = () => join(folder, 'lock');

/** A lock as a process left it that took it `ago` milliseconds ago. */
function leaveLock(pid, ago = 0) {
  mkdirSync(lock());
  writeFileSync(join(lock(), 'pid'), String(pid));
  const then = new Date(Date.now() - ago);
  utimesSync(lock(), then, then);
}

it('the lock admits one process at a time', async () => {
  let inside = 0;
  const seen = [];
  const work = async () => {
    inside += 1;
    seen.push(inside);
    await sleep(5);
    inside -= 1;
  };

  await Promise.all(Array.from({ length: 5 }, () => withLock(lock(), work)));

  expect(seen).toEqual([1, 1, 1, 1, 1]);
  expect(existsSync(lock())).toBe(false);
});

it('the lock is released after a failure', async () => {
  const failing = withLock(lock(), () => Promise.reject(new Error('no network')));

  await expect(failing).rejects.toThrow('no network');
  await expect(withLock(lock(), () => 'in')).resolves.toBe('in');
});

it('the lock of a process that died is taken over', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  leaveLock(child.pid);

  await expect(withLock(lock(), () => 'in')).resolves.toBe('in');
});

it('the lock is taken over when its heartbeat stopped, whatever process has that id now', async () => {
  leaveLock(process.pid, 60_000);

  await expect(withLock(lock(), () => 'in')).resolves.toBe('in');
});

it('the lock waits for a running process, and says so once', async () => {
  leaveLock(process.pid);
  const waiting = vi.fn();
  let done = false;
  const second = withLock(lock(), () => 'in', waiting).finally(() => {
    done = true;
  });

  await sleep(500);
  expect(done).toBe(false);
  rmSync(lock(), { recursive: true });

  await expect(second).resolves.toBe('in');
  expect(waiting).toHaveBeenCalledTimes(1);
});
