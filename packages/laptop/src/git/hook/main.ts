import { stdin } from 'node:process';
import { text } from 'node:stream/consumers';
import { announce } from './announce.ts';

// git calls it by hooks/post-receive, which names the file that says where the forge is.
const [targetFile = ''] = process.argv.slice(2);
process.stdout.write(await announce(targetFile, await text(stdin)));
