import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createForgeBench } from '../src/ci/testing/forge-bench.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

it("runs this repository's own pipeline: myapp's tests, then its image with the commit in it", async () => {
  const bench = await createForgeBench({ root, paths: ['.gitlab-ci.yml', '.gitlab', 'apps/myapp'] }, 'myapp');
  try {
    const state = await bench.forge.build('main');

    const jobs = bench.events.flatMap((event) => (event.type === 'job' ? [`${event.name} ${event.state}`] : []));
    expect(state).toBe('passed');
    expect(jobs).toEqual([
      'myapp:test running',
      'myapp:test passed',
      'myapp:docker-main running',
      'myapp:docker-main passed',
    ]);
    expect(await bench.labels('latest')).toMatchObject({
      'org.opencontainers.image.revision': await bench.forge.head('main'),
      'org.opencontainers.image.source': 'https://gitlab.com/cmunroe/ops',
      'org.opencontainers.image.created': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  } finally {
    await bench.stop();
  }
});
