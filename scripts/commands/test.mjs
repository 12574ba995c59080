import { runTurbo } from '../lib/children.mjs';
import { which } from '../lib/path.mjs';
import { root } from '../lib/root.mjs';
import { SetupError } from '../lib/setup-error.mjs';
import { say } from '../lib/terminal.mjs';
import { closingLine, forgetResults, summarize, testedPackages } from '../lib/test-results.mjs';
import { setup } from './setup.mjs';

/** Programs that tests use when they are there, and are skipped without: part of what turbo's cache goes by. */
const optionalPrograms = ['docker-registry', 'kubectl'];

/**
 * Run beside all others, since they wait for a good part of their time: whole clusters by themselves, and what starts other programs and lets rollouts
 * take their time, one package after another.
 */
const apart = [['@keelson/e2e'], ['@keelson/cli', '@keelson/laptop', '@keelson/testkit', '@keelson/simulator']];

/** Arguments with a dash are turbo's; the others name packages. */
export async function test(args) {
  await setup();
  const names = args.filter((arg) => !arg.startsWith('-'));
  const packages = testedPackages(root, names);
  if (packages.length === 0) throw new SetupError(`No package with tests is called ${names.join(' or ')}.`);

  forgetResults(root, packages);
  const dashed = args.filter((arg) => arg.startsWith('-'));
  const env = { TEST_PROGRAMS: optionalPrograms.filter((name) => which(name)).join(' ') };
  const runs = partsOf(packages).map((part) => runTurbo([...turboTest, ...part.map(filterOf), ...dashed], env));
  const code = (await Promise.all(runs)).find((each) => each !== 0) ?? 0;

  const total = summarize(root, packages);
  if (code !== 0 && total.failed === 0) {
    total.failed = 1;
    total.notes.push(`turbo ended with code ${code}, though no test failed: see above`);
  }
  for (const note of total.notes) say(note);
  console.log(closingLine(total));
  return total.failed > 0 ? 1 : 0;
}

const turboTest = ['run', 'test', '--concurrency=1', '--continue', '--output-logs=new-only'];

const filterOf = ({ name }) => `--filter=${name}`;

/** What is run by runs of Turbo at once, each one package at a time. */
function partsOf(packages) {
  const others = packages.filter(({ name }) => !apart.flat().includes(name));
  const parts = [...apart.map((names) => packages.filter(({ name }) => names.includes(name))), others];
  return parts.filter((part) => part.length > 0);
}
