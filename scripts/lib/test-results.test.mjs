import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closingLine, forgetResults, summarize, testedPackages } from './test-results.mjs';

let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keelson-results-'));
});

afterEach(() => rmSync(root, { recursive: true }));

/** A package with this results file; none when undefined. */
function addPackage(name, results, scripts = { test: 'vitest run' }) {
  const folder = join(root, 'packages', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: `@keelson/${name}`, scripts }));
  if (results !== undefined) writeFileSync(join(folder, 'test-results.json'), results);
}

function vitestResults({ passed = 0, failed = 0, skipped = [], broken = false, success = failed === 0 && !broken }) {
  const tests = [
    ...Array.from({ length: passed }, () => ({ status: 'passed' })),
    ...Array.from({ length: failed }, (_, index) => ({ status: 'failed', fullName: `suite t${index}` })),
    ...skipped.map((why) => ({
      status: 'skipped',
      title: 't',
      ancestorTitles: ['suite'],
      meta: why && { skipped: why },
    })),
  ];
  const files = [{ name: 'a.test.ts', status: failed > 0 ? 'failed' : 'passed', assertionResults: tests }];
  if (broken) files.push({ name: 'b.test.ts', status: 'failed', assertionResults: [] });
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped.length,
    numTodoTests: 0,
    success,
    testResults: files,
  });
}

const line = () => closingLine(summarize(root, testedPackages(root)));
const notes = () => summarize(root, testedPackages(root)).notes;

describe('the closing line', () => {
  it('the summary of tests adds up every package', () => {
    addPackage('a', vitestResults({ passed: 3, skipped: ['needs a cluster'] }));
    addPackage('b', vitestResults({ passed: 4, failed: 2 }));

    expect(line()).toBe('tests: 7 passed, 2 failed, 1 skipped');
  });

  it.each([
    ['has no results', undefined, 'wrote no results'],
    ['has half a file', '{"numPassedTests": 3', 'its results cannot be read'],
    ['has something else', '[]', 'its results hold no counts'],
    ['ran nothing', vitestResults({ success: false }), 'ran no test'],
    ['has a file that broke', vitestResults({ broken: true }), 'b.test.ts broke outside its tests'],
  ])('counts a package that %s as a failure, by name', (_, results, said) => {
    addPackage('good', vitestResults({ passed: 3 }));
    addPackage('lost', results);

    expect(line()).toBe('tests: 3 passed, 1 failed, 0 skipped');
    expect(notes()).toEqual([expect.stringContaining('@keelson/lost: ')]);
    expect(notes()[0]).toContain(said);
  });

  it('the summary of tests leaves out packages without tests', () => {
    addPackage('good', vitestResults({ passed: 3 }));
    addPackage('untested', undefined, {});

    expect(line()).toBe('tests: 3 passed, 0 failed, 0 skipped');
  });

  it('the summary of tests ignores old results', () => {
    addPackage('stale', vitestResults({ passed: 3 }));

    forgetResults(root, testedPackages(root));

    expect(line()).toBe('tests: 0 passed, 1 failed, 0 skipped');
  });
});

it('the summary of tests says why tests were skipped, where they say so', () => {
  addPackage('a', vitestResults({ passed: 1, skipped: ['needs X', undefined, 'needs X'] }));

  expect(notes()).toEqual(['@keelson/a: skipped 2: needs X', '@keelson/a: skipped 1: suite']);
});

it('the summary of tests names the first failed tests', () => {
  addPackage('a', vitestResults({ failed: 12 }));

  const said = notes();

  expect(said).toHaveLength(11);
  expect(said[0]).toBe('@keelson/a: failed: suite t0');
  expect(said.at(-1)).toBe('@keelson/a: and 2 more failed');
});

it.each([
  [['a'], ['@keelson/a']],
  [
    ['@keelson/b', 'a'],
    ['@keelson/a', '@keelson/b'],
  ],
  [['nobody'], []],
  [[], ['@keelson/a', '@keelson/b']],
])('names %j mean %j', (names, expected) => {
  addPackage('a');
  addPackage('b');

  expect(testedPackages(root, names).map(({ name }) => name)).toEqual(expected);
});
