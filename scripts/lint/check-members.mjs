import { root } from '../lib/root.mjs';
import { unreadMembers } from './unread-members.mjs';

/** Members, or all of a type's, that are read where the check cannot see it. */
const exempt = {
  'Reconciled.*': 'tests prove by it that only what differs is written',
  'Schedules.list': 'tests see by it which schedules there are',
  'Schedules.missing': 'tests see by it what a Redis that lost something lacks',
  'Move.*': 'a decision is whole without the facts that it was made from',
  'Decision.container': 'a decision is whole without the facts that it was made from',
  'ConfigProblem.variable': 'tests see by it which setting a problem is about',
  'DescribedError.*': 'log lines hold them',
  'ApiEnv.*': 'Hono reads its environment by its type alone',
  'Unreadable.*': 'responses of the API hold them',
  'ProblemResponse.*': 'the OpenAPI document holds them',
};

const unused = new Set(Object.keys(exempt));
const found = unreadMembers(root).filter(({ member }) => {
  const rule = Object.keys(exempt).find((name) => name === member || `${member.split('.')[0]}.*` === name);
  unused.delete(rule);
  return rule === undefined;
});
for (const { at, member } of found) console.log(`${at}: nobody reads ${member}. Remove it.`);
for (const name of unused) console.log(`scripts/lint/check-members.mjs: ${name} needs no exemption. Remove it.`);
process.exitCode = found.length + unused.size > 0 ? 1 : 0;
