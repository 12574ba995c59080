import { describe, expect, it } from 'vitest';
import { pathOutside } from './guard-run.ts';

describe('pathOutside', () => {
  it.each([
    ['npm ci --omit=dev', '/app'],
    ['npm ci && rm -rf .npm', '/app'],
    ['sed s/a/b/ x > y', '/app'],
    ['node x 2>/dev/null', '/app'],
    ['cp ../package.json .', '/app'],
    ['npm ci --registry=https://example.com/npm/', '/app'],
  ])('RUN accepts %s in %s', (command, workdir) => {
    expect(pathOutside(command, workdir)).toBeUndefined();
  });

  it.each([
    ['rm -rf /var/cache/apk', '/app', '/var/cache/apk'],
    ['mkdir -p "/data"', '/app', '/data'],
    ['cp ../../x .', '/app', '../../x'],
    ['cp ../x .', '/', '../x'],
    ['rm -rf ~/.npm', '/app', '~/.npm'],
    ['npm ci --prefix=/srv', '/app', '/srv'],
    ['echo x >/etc/motd', '/app', '/etc/motd'],
    ['PATH=$PATH:/opt/bin npm ci', '/app', '/opt/bin'],
  ])('RUN refuses %s in %s, which names a path outside', (command, workdir, expected) => {
    expect(pathOutside(command, workdir)).toBe(expected);
  });
});
