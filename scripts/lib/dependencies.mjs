import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { runLogged } from './logged.mjs';
import { root, setupFolder } from './root.mjs';
import { SetupError } from './setup-error.mjs';
import { installDigest, workspaceFolders } from './stamp.mjs';
import { say, step } from './terminal.mjs';

const stamp = join(root, 'node_modules/.keelson-install');

/** Installs exactly what the lockfile names, Node itself included, unless that is what is there. */
export async function ensureDependencies() {
  if (isInstalled()) return;
  const waiting = () => say('another install is under way here; waiting for it');
  await withLock(join(setupFolder, 'lock'), () => (isInstalled() ? undefined : install()), waiting);
}

async function install() {
  // The stamp goes first: an install that is cut off leaves none.
  rmSync(stamp, { force: true });
  const digest = installDigest(root);
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const command = ['npx', '-y', packageManager, 'install', '--frozen-lockfile'];
  // With CI set, pnpm asks nothing.
  const options = { env: { CI: 'true' }, remedy: `To try it by hand: ${command.join(' ')}` };
  await step('installing dependencies', () => runLogged('install', command, options));
  if (!nodeIsThere()) {
    throw new SetupError('The install ended well, but node_modules/node/bin/node is not there.', {
      remedy: `To try it by hand: rm -rf node_modules && ${command.join(' ')}`,
    });
  }
  writeFileSync(stamp, digest);
}

function isInstalled() {
  return (
    nodeIsThere() &&
    existsSync(stamp) &&
    workspaceFolders(root).every(hasItsModules) &&
    readFileSync(stamp, 'utf8') === installDigest(root)
  );
}

function hasItsModules(folder) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return existsSync(join(root, folder, 'node_modules')) || !(dependencies || devDependencies);
}

function nodeIsThere() {
  return existsSync(join(root, 'node_modules/node/bin/node'));
}
