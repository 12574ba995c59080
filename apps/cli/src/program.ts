import { Command } from 'commander';
import { demo } from './demo/demo.ts';
import { doctorCommand } from './doctor/command.ts';
import { lintCommand } from './lint/command.ts';
import { newAppCommand } from './new-app/command.ts';
import { off } from './off/off.ts';
import { up } from './up/up.ts';

/** The commands of `keelson`. */
export function program(): Command {
  const keelson = new Command('keelson')
    .description('Rolls out what was pushed, checks that it works, and remembers.')
    .showHelpAfterError();

  keelson
    .command('up')
    .description(
      'API and worker in one process, on the cluster of KUBECONFIG or the one it runs in; Redis of REDIS_URL, or one started for it',
    )
    .action(up);

  keelson
    .command('demo')
    .description(
      'from git push to a served page on this machine: git, CI, a registry, a simulated cluster, Redis; nothing else is touched',
    )
    .option('--script', 'end after the story, with exit code 0 if it went as told and 1 if not')
    .option('--no-story', 'come up and wait for your pushes, without showing any of ours')
    .action(async ({ script, story }: { script?: boolean; story: boolean }) => {
      process.exitCode = await demo({ script: script === true, story });
    });

  keelson
    .command('off')
    .description('take what Keelson wrote into a workload out of it, and write no more until somebody resumes it')
    .argument('<workload>', 'namespace/kind/name, like myapp/deployment/myapp')
    .option('--api <url>', "the API's address; without it, Keelson's own settings say where it listens")
    .action(off);

  keelson.addCommand(lintCommand());
  keelson.addCommand(doctorCommand());
  keelson.addCommand(newAppCommand());

  return keelson;
}
