import { expect, it } from 'vitest';
import { runGroup } from './process-group.ts';

it('runGroup returns output and exit code of a program, which sees nothing of our environment', async () => {
  const signal = new AbortController().signal;

  const ended = await runGroup(['/bin/sh', '-c', 'echo "$A$HOME"; echo oh >&2; exit 3'], {
    cwd: '/',
    env: { A: 'a' },
    signal,
  });

  expect(ended).toEqual({ code: 3, stdout: 'a\n', stderr: 'oh\n' });
});

it('starts nothing once it was stopped', async () => {
  const ended = await runGroup(['/bin/sh', '-c', 'echo x'], { cwd: '/', env: {}, signal: AbortSignal.abort() });

  expect(ended).toEqual({ code: undefined, stdout: '', stderr: '' });
});
