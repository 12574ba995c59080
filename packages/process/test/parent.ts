import { spawn } from 'node:child_process';
import { dieWithParent } from '../src/index.ts';

/** Starts a child that never ends by itself, prints its pid, and waits to be killed. With `group` the child leads a group and has a child too. */
const group = process.argv[2] === 'group';
const script = group ? 'sleep 600 & echo $!; wait' : 'echo $$; exec sleep 600';
const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'], detached: group });
dieWithParent(child, { group });
child.stdout.pipe(process.stdout);
