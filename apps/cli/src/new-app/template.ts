import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The app that every new one is a copy of, so that there is no second template to keep in step. */
export const TEMPLATE = 'myapp';

export interface AppFile {
  /** Below the app's folder. */
  readonly path: string;
  readonly content: Buffer;
  /** Permissions, as of `chmod`. */
  readonly mode: number;
}

export interface Naming {
  readonly name: string;
  /** Where production is served. */
  readonly host: string;
}

/** Every `myapp` in a text, as the new app calls it; `myapp.com` is its host. In one go, so that what was put in is not changed again. */
export function renamed(text: string, { name, host }: Naming): string {
  return text.replaceAll(new RegExp(`${TEMPLATE}(\\.com\\b)?`, 'g'), (_, dotCom?: string) => (dotCom ? host : name));
}

/** All files of the template below `folder`, renamed within and without. What npm installed there is not the app's. */
export async function renamedFiles(folder: string, naming: Naming): Promise<readonly AppFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !file.slice(folder.length).includes('node_modules'));
  return Promise.all(
    found.toSorted().map(async (file) => ({
      path: renamed(file.slice(folder.length + 1), naming),
      // Latin 1 has a character for each byte, so that a picture comes out as it went in.
      content: Buffer.from(renamed(await readFile(file, 'latin1'), naming), 'latin1'),
      mode: (await stat(file)).mode & 0o777,
    })),
  );
}
