#!/usr/bin/env node
import { ignoreClosedPipes } from './ignore-closed-pipes.ts';
import { run } from './run.ts';

ignoreClosedPipes();
await run(process.argv.slice(2));
