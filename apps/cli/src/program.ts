import { Command } from 'commander';
import { check } from './check/check.ts';
import { doctorCommand } from './doctor/command.ts';
import { lintCommand } from './lint/command.ts';
import { newAppCommand } from './new-app/command.ts';
import { off } from './off/off.ts';
import { throwUsageErrors } from './usage-errors.ts';
import { why } from './why/why.ts';

/** The commands of `keelson`. Running one throws a CommanderError at wrong usage. Those that bring the whole of Keelson along load it themselves: the others start faster. */
export function program(): Command {
  const keelson = new Command('keelson').description('Rolls out what was pushed, checks that it works, and remembers.');

  keelson
    .command('up')
    .description(
      'API and worker in one process, on the cluster of KUBECONFIG or the one it runs in; Redis of REDIS_URL, or one started for it',
    )
    .action(async () => (await import('./up/up.ts')).up());

  keelson
    .command('demo')
    .description(
      'from git push to a served page on this machine: git, CI, a registry, a simulated cluster, Redis; nothing else is touched',
    )
    .option('--script', 'end after the story, with exit code 0 if it went as expected and 1 if not')
    .option('--no-story', 'come up and wait for your pushes, without the story')
    .action(async ({ script, story }: { script?: boolean; story: boolean }) => {
      const { demo } = await import('./demo/demo.ts');
      process.exitCode = await demo({ script: script === true, story });
    });

  ofWorkload(keelson.command('check'))
    .description('check the images of a workload in the registry now, and say why it runs what it runs')
    .action(check);

  ofWorkload(keelson.command('why')).description('say why a workload runs what it runs').action(why);

  ofWorkload(keelson.command('off'))
    .description(
      'remove everything that Keelson wrote into a workload, which restarts its pods, and write nothing more until you resume it',
    )
    .option('--start-quarantined', 'remove the pins even where pods start a quarantined digest then')
    .action(off);

  keelson.addCommand(lintCommand());
  keelson.addCommand(doctorCommand());
  keelson.addCommand(newAppCommand());

  return throwUsageErrors(keelson);
}

/** For commands that act on one workload through the API. */
function ofWorkload(command: Command): Command {
  return command
    .argument('<workload>', 'namespace/kind/name, like myapp/deployment/myapp')
    .option('--api <url>', "the API's address; without it, Keelson's own settings say where it listens");
}
