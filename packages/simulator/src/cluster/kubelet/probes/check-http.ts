import { get } from 'node:http';
import type { Address } from '../container-run.ts';
import { dialWords } from './dial-words.ts';
import type { Probe } from './probe.ts';
import type { CheckResult } from './prober.ts';

type HttpGet = NonNullable<Probe['httpGet']>;

/** One GET; 200 to 399 passes. Redirects are not followed, each check has a connection of its own. */
export function checkHttp({ host, port }: Address, probe: HttpGet, timeoutMs: number): Promise<CheckResult> {
  const path = probe.path.startsWith('/') ? probe.path : `/${probe.path}`;
  const url = `http://${host}:${port}${path}`;
  if (probe.scheme !== 'HTTP')
    return Promise.resolve({ passed: false, output: `this kubelet makes no probes over ${probe.scheme}` });
  const headers = {
    'user-agent': 'kube-probe/1.37',
    accept: '*/*',
    ...Object.fromEntries(probe.httpHeaders.map(({ name, value }) => [name.toLowerCase(), value])),
  };
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const failed = (why: string) => resolve({ passed: false, output: `Get "${url}": ${why}` });
    const request = get({ host, port, path, headers, agent: false, signal }, (response) => {
      const { statusCode = 0 } = response;
      response.on('error', () =>
        failed('context deadline exceeded (Client.Timeout or context cancellation while reading body)'),
      );
      response.on('end', () => {
        const passed = statusCode >= 200 && statusCode < 400;
        resolve({ passed, output: passed ? '' : `HTTP probe failed with statuscode: ${statusCode}` });
      });
      response.resume();
    });
    request.on('error', (error) => {
      if (signal.aborted) failed('context deadline exceeded (Client.Timeout exceeded while awaiting headers)');
      else failed(dialWords(error, host, port));
    });
  });
}
