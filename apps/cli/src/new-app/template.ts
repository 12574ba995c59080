import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The app of which every new one is a copy, so that no second template has to be maintained. */
export const template = 'myapp';

export interface AppFile {
  /** Relative to the app's folder. */
  readonly path: string;
  readonly content: Buffer;
  /** Permissions, as in `chmod`. */
  readonly mode: number;
}

export interface Naming {
  readonly name: string;
  /** The host of production. */
  readonly host: string;
}

/** Replaces `myapp` in a text by the new app's name and `myapp.com` by its host, in one pass, so that no replacement is replaced again. */
export function renamed(text: string, { name, host }: Naming): string {
  return text.replaceAll(new RegExp(`${template}(\\.com\\b)?`, 'g'), (_, dotCom?: string) => (dotCom ? host : name));
}

/** All files of the template below `folder`, with names and contents renamed; without node_modules. */
export async function renamedFiles(folder: string, naming: Naming): Promise<readonly AppFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !file.slice(folder.length).includes('node_modules'));
  return Promise.all(
    found.toSorted().map(async (file) => ({
      path: renamed(file.slice(folder.length + 1), naming),
      // Latin 1 has one character for each byte, so that binary files stay as they are.
      content: Buffer.from(renamed(await readFile(file, 'latin1'), naming), 'latin1'),
      mode: (await stat(file)).mode & 0o777,
    })),
  );
}
