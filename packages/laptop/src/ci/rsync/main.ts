import { runRsync } from './run-rsync.ts';

process.exitCode = await runRsync(process.argv.slice(2), process.cwd(), (line) => process.stderr.write(`${line}\n`));
