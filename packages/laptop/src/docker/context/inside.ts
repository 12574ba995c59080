import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';

/** Where an absolute path of an image, or one relative to it, is in a folder that stands for its root. `..` stops at the root, as it does there. */
export function below(root: string, path: string): string {
  return join(root, posix.join('/', path));
}

/** Whether a path, its links followed as far as it is there, stays in a folder. A link of an image must not lead its build out to the laptop's own files. */
export async function staysInside(root: string, path: string): Promise<boolean> {
  const top = await realpath(root);
  for (let at = path; ; at = dirname(at)) {
    const there = await lstat(at).catch(() => undefined);
    if (there === undefined && at !== dirname(at)) continue;
    const real = await realpath(at).catch(() => undefined);
    // A link to nothing: what is written through it would be made wherever it leads.
    return real !== undefined && (real === top || real.startsWith(top + sep));
  }
}
