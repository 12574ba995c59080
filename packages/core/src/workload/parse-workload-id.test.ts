import { expect, it } from 'vitest';
import { parseWorkloadId } from './parse-workload-id.ts';

it.each([
  ['myapp/deployment/myapp', 'myapp/deployment/myapp'],
  ['myapp/Deployment/myapp', 'myapp/deployment/myapp'],
  ['myapp/myapp', 'myapp/deployment/myapp'],
  ['data/StatefulSet/db-0.main', 'data/statefulset/db-0.main'],
])('parseWorkloadId reads %s', (text, id) => {
  expect(parseWorkloadId(text)).toBe(id);
});

it.each(['', 'myapp', 'a/b/c/d', 'myapp/pod/myapp', '../deployment/x', 'myapp/deployment/', 'MyApp/deployment/x'])(
  'parseWorkloadId says how to name a workload instead of "%s"',
  (text) => {
    expect(() => parseWorkloadId(text)).toThrow(/names no workload: write namespace\/kind\/name/);
  },
);
