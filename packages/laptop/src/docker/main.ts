import { readFile } from 'node:fs/promises';
import { stdin } from 'node:process';
import { text } from 'node:stream/consumers';
import { escapeLines } from '@keelson/core';
import { runDocker } from './run-docker.ts';
import { dockerSettings } from './settings.ts';

// The program on PATH gives the file with our settings and the folder of config.json, then what it was called with.
const [settingsFile = '', configFolder = '', ...argv] = process.argv.slice(2);
const settings = dockerSettings.parse(JSON.parse(await readFile(settingsFile, 'utf8')));
// So that what a RUN makes has the same modes on every machine.
process.umask(0o022);

process.exitCode = await runDocker(argv, {
  settings,
  configFolder,
  cwd: process.cwd(),
  readInput: () => text(stdin),
  say: (line) => process.stdout.write(`${escapeLines(line)}\n`),
  warn: (line) => process.stderr.write(`${escapeLines(line)}\n`),
});
