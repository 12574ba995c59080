const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=120'];
const aptInstall = [...apt, 'install', '-y', '--no-install-recommends', 'redis-server'];

/** Each with its attempts in order; an attempt is a list of commands that must all work. */
const managers = [
  {
    manager: 'apt-get',
    attempts: [[aptInstall], [[...apt, 'update'], aptInstall]],
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    install: 'apt-get install redis-server',
    needsRoot: true,
  },
  { manager: 'apk', attempts: [[['apk', 'add', '--no-cache', 'redis']]], install: 'apk add redis', needsRoot: true },
  {
    manager: 'dnf',
    attempts: [[['dnf', 'install', '-y', 'redis']], [['dnf', 'install', '-y', 'valkey-compat-redis']]],
    install: 'dnf install redis',
    needsRoot: true,
  },
  // Homebrew needs no root, and refuses it.
  { manager: 'brew', attempts: [[['brew', 'install', 'redis']]], install: 'brew install redis', needsRoot: false },
];

/**
 * What to do about a missing redis-server: the `attempts` of a `manager`, or, when this user can run none, only the
 * `message` that says so. `remedy` is what a person could do.
 */
export function redisPlan({ has, isRoot }) {
  const found = managers.filter(({ manager }) => has(manager));
  const usable = found.find(({ needsRoot }) => needsRoot === isRoot);
  if (usable) {
    const { manager, attempts, env = {}, install } = usable;
    return { manager, attempts, env, remedy: `Run: ${install}` };
  }
  const [first] = found;
  if (!first) {
    const message = 'redis-server is not on PATH, and neither is apt-get, apk, dnf or brew to install it.';
    return { message, remedy: 'Install Redis 6.2 or later' };
  }
  const [who, sudo] = first.needsRoot ? ['root', 'sudo '] : ['a user who is not root', ''];
  const message = `redis-server is not on PATH, and ${first.manager} needs ${who} to install it.`;
  return { message, remedy: `Run: ${sudo}${first.install}` };
}
