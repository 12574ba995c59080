import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { projectPath } from './path.mjs';
import { root } from './root.mjs';

/** Turbo collects no telemetry and prints no advertisements. */
const quiet = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', DO_NOT_TRACK: '1' };

/** What Node compiled and stripped of types once: the second start takes half the time. */
const compileCache = join(root, 'node_modules/.cache/node');

/** Runs one of the project's tools on this terminal; resolves with its exit code. */
export function run([command, ...args], extraEnv = {}) {
  const child = spawn(command, args, { cwd: root, env: environment(extraEnv), stdio: 'inherit' });
  const stopForwarding = forwardSignals(child);
  return exitCode(child).finally(stopForwarding);
}

export function runNode(args) {
  return run(['node', ...args]);
}

export function runTurbo(args, extraEnv) {
  return run(['turbo', ...args], extraEnv);
}

/** Runs it and keeps what it printed, both streams as they came. */
export async function capture([command, ...args], { cwd = root } = {}) {
  const color = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: '1' } : {};
  const child = spawn(command, args, { cwd, env: environment(color), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return { code: await exitCode(child), output };
}

function environment(extra) {
  // Some tools colour whatever they find CI to be; a log is read without.
  const plain = process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' };
  return { ...process.env, ...plain, ...quiet, NODE_COMPILE_CACHE: compileCache, ...extra, PATH: projectPath() };
}

/** An exit code as shells report it: 128 and the signal's number for a child that a signal ended. */
export function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/**
 * This process outlives its child: a signal is the child's to act on. Ctrl-C on a terminal goes to the whole process group,
 * so the child has it already; sent a second time it would look like an impatient person.
 */
function forwardSignals(child) {
  const forward = (signal) => {
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
