import { expect, it } from 'vitest';
import { digestOf, pod } from '../testing/values.ts';
import { reportedBy } from './reported-by.ts';

const [a, b] = [digestOf('a'), digestOf('b')];
const tag = 'ghcr.io/me/web:latest';

it.each<[string, string, string, ReturnType<typeof reportedBy>]>([
  ['a digest of the repository', tag, `ghcr.io/me/web@${a}`, [{ digest: a, isConfig: false }]],
  ['a bare digest', tag, a, [{ digest: a, isConfig: true }]],
  ['no image yet', tag, '', []],
  ['no image yet of a pinned one', `${tag}@${a}`, '', []],
  ['another digest than its spec names', `${tag}@${b}`, `ghcr.io/me/web@${a}`, [{ digest: b, isConfig: false }]],
  ['a bare digest where its spec names one', `${tag}@${b}`, a, [{ digest: b, isConfig: false }]],
])('reportedBy reads %s', (_, specImage, imageID, expected) => {
  const one = pod({ app: imageID, side: digestOf('f') });
  const containers = one.containers.map((state) => ({ ...state, specImage }));

  expect(reportedBy([{ containers }, { containers }], 'app')).toEqual(expected);
});
