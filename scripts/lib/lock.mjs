import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const heartbeatMs = 2000;
const staleAfterMs = 30_000;

/**
 * Runs `work` while holding the lock, a folder. `waiting` is called once when somebody else holds it. A holder that died is
 * found by its process id, or by a heartbeat that stopped.
 */
export async function withLock(folder, work, waiting = () => {}) {
  await mkdir(dirname(folder), { recursive: true });
  for (let said = false; !(await take(folder)); said = true) {
    if (await removeIfStale(folder)) continue;
    if (!said) waiting();
    await sleep(200);
  }
  const heartbeat = setInterval(() => {
    utimes(folder, new Date(), new Date()).catch(() => {});
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(folder, { recursive: true, force: true });
  }
}

async function take(folder) {
  try {
    await mkdir(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(folder, 'pid'), String(process.pid));
  return true;
}

/** Moves a dead holder's lock away. Of several that try, the rename lets one through. */
async function removeIfStale(folder) {
  const before = await look(folder);
  if (!before || !isStale(before)) return before === undefined;
  const aside = `${folder}.${process.pid}.${Date.now()}`;
  try {
    await rename(folder, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return true;
    throw error;
  }
  const moved = await look(aside);
  if (moved && moved.born !== before.born) {
    // Somebody took the lock between the look and the move: give it back.
    await rename(aside, folder).catch(() => {});
    return false;
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}

async function look(folder) {
  try {
    const [{ mtimeMs, birthtimeMs, ino }, pid] = await Promise.all([
      stat(folder),
      readFile(join(folder, 'pid'), 'utf8').catch(() => ''),
    ]);
    return { beat: mtimeMs, born: `${ino} ${birthtimeMs}`, pid: Number(pid) };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isStale({ beat, pid }) {
  return Date.now() - beat > staleAfterMs || (pid > 0 && !isAlive(pid));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
