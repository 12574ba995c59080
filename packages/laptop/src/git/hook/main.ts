import { stdin } from 'node:process';
import { text } from 'node:stream/consumers';
import { escapeLines } from '@keelson/core';
import { announce } from './announce.ts';

// git calls it by hooks/post-receive, which names the file that says where the forge is.
const [targetFile = ''] = process.argv.slice(2);
process.stdout.write(escapeLines(await announce(targetFile, await text(stdin))));
