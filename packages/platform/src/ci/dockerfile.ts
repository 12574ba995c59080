import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './files.ts';

/** One instruction, with its continued lines as one. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Dockerfile of the checkout, in order, without comments. */
export async function readDockerfile(path: string): Promise<Instruction[]> {
  const text = await readFile(join(root, path), 'utf8');
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const whole = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return whole
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest };
    });
}

/** What follows an instruction each time that it is there. */
export function all(instructions: readonly Instruction[], name: string): string[] {
  return instructions.filter((one) => one.name === name).map(({ rest }) => rest);
}
