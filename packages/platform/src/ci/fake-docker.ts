import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { z } from 'zod';
import type { Place } from './place.ts';

const call = z.object({ args: z.array(z.string()), input: z.string() });

/** What `docker` was called with, and given on standard input where it was to read a password there. */
export type DockerCall = z.infer<typeof call>;

const record = (file: string) => `#!${execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const input = args.includes('--password-stdin') ? readFileSync(0, 'utf8') : '';
appendFileSync(${JSON.stringify(file)}, JSON.stringify({ args, input }) + '\\n');
`;

/** Puts a `docker` on the PATH of a place that does nothing but remember how it was called. */
export async function fakeDocker(place: Place): Promise<{ calls(): Promise<DockerCall[]> }> {
  const file = join(place.folder, '..', 'docker-calls');
  await place.program('docker', record(file));
  return {
    async calls() {
      const lines = (await readFile(file, 'utf8')).trim().split('\n');
      return lines.map((line) => call.parse(JSON.parse(line)));
    },
  };
}
