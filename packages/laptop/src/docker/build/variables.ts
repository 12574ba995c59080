import type { Variables } from '../dockerfile/words.ts';
import type { Stage } from './stage.ts';

/** What a stage's instructions expand: its ARGs, over which ENV wins. */
export function variablesOf({ args, config }: Pick<Stage, 'args' | 'config'>): Variables {
  // An image without an ENV PATH of its own is started with this one, so that `ENV PATH=/app/bin:$PATH` does not lose the rest.
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return { PATH: path, ...Object.fromEntries(args), ...Object.fromEntries(config.env) };
}

/** ARGs that BuildKit sets by itself, for those who declare them. */
export function platformArgs(arch: string): ReadonlyMap<string, string> {
  const platform = `linux/${arch}`;
  return new Map([
    ['BUILDPLATFORM', platform],
    ['BUILDOS', 'linux'],
    ['BUILDARCH', arch],
    ['TARGETPLATFORM', platform],
    ['TARGETOS', 'linux'],
    ['TARGETARCH', arch],
  ]);
}

/** This machine's architecture, as images name it. */
export function imageArch(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
