import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolders } from './stamp.mjs';

const resultsFile = 'test-results.json';

/** Of one package. */
const namedFailures = 10;

/** Packages with a `test` script: `{ name, folder }`. Given names, with or without their scope, only those. */
export function testedPackages(root, names = []) {
  const packages = workspaceFolders(root)
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }))
    .filter(({ scripts }) => scripts?.test)
    .map(({ name, folder }) => ({ name, folder }));
  const isNamed = (name) => names.includes(name) || names.includes(name.replace(/^@[^/]+\//, ''));
  return names.length === 0 ? packages : packages.filter(({ name }) => isNamed(name));
}

/** Old results must not pass for new ones. */
export function forgetResults(root, packages) {
  for (const { folder } of packages) rmSync(join(root, folder, resultsFile), { force: true });
}

/** Adds up what each package's test run wrote: counts, and a line for each thing that a reader should know. */
export function summarize(root, packages) {
  const total = { passed: 0, failed: 0, skipped: 0, notes: [] };
  for (const { name, folder } of packages) {
    const file = join(root, folder, resultsFile);
    const part = existsSync(file) ? readResults(name, readFileSync(file, 'utf8')) : lost(`${name}: wrote no results`);
    total.passed += part.passed;
    total.failed += part.failed;
    total.skipped += part.skipped;
    total.notes.push(...part.notes);
  }
  return total;
}

export function closingLine({ passed, failed, skipped }) {
  return `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function readResults(name, text) {
  let results;
  try {
    results = JSON.parse(text);
  } catch {
    return lost(`${name}: its results cannot be read`);
  }
  const { numPassedTests: passed, numFailedTests, numPendingTests = 0, numTodoTests = 0, testResults = [] } = results;
  if (!Number.isInteger(passed) || !Number.isInteger(numFailedTests))
    return lost(`${name}: its results hold no counts`);

  // A file that broke before its tests could run has none that failed.
  const broken = testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some(isFailed));
  const failedNotes = broken.map((file) => `${name}: ${file.name} broke outside its tests`);
  const silent = results.success === false && numFailedTests + broken.length === 0;
  if (silent) failedNotes.push(`${name}: ran no test, or broke outside its tests`);
  return {
    passed,
    failed: numFailedTests + failedNotes.length,
    skipped: numPendingTests + numTodoTests,
    notes: [...failedTests(name, testResults), ...failedNotes, ...skippedNotes(name, testResults)],
  };
}

/** The names again, at the end, where they are looked for. */
function failedTests(name, testResults) {
  const failed = testResults.flatMap((file) => file.assertionResults).filter(isFailed);
  const more = failed.length > namedFailures ? [`${name}: and ${failed.length - namedFailures} more failed`] : [];
  return [...failed.slice(0, namedFailures).map((test) => `${name}: failed: ${test.fullName}`), ...more];
}

/** One line for each reason that is given; tests without one are counted by what they belong to. */
function skippedNotes(name, testResults) {
  const counts = new Map();
  for (const test of testResults.flatMap((file) => file.assertionResults)) {
    if (!['skipped', 'pending', 'todo'].includes(test.status)) continue;
    const why = test.meta?.skipped ?? test.ancestorTitles[0] ?? test.title;
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return [...counts].map(([why, count]) => `${name}: skipped ${count}: ${why}`);
}

function isFailed(test) {
  return test.status === 'failed';
}

function lost(note) {
  return { passed: 0, failed: 1, skipped: 0, notes: [note] };
}
