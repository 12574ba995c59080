import { connect } from 'node:net';
import type { Address } from '../container-run.ts';
import { dialWords } from './dial-words.ts';
import type { CheckResult } from './prober.ts';

/** Passes when a connection comes about. */
export function checkTcp({ host, port }: Address, timeoutMs: number): Promise<CheckResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (result: CheckResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => done({ passed: false, output: `dial tcp ${host}:${port}: i/o timeout` }));
    socket.once('connect', () => done({ passed: true, output: '' }));
    socket.once('error', (error) => done({ passed: false, output: dialWords(error, host, port) }));
  });
}
