import type { ContainerSpec, RunningContainer } from '../runtime/container-runtime.ts';
import { checkHttp } from './check-http.ts';
import { checkTcp } from './check-tcp.ts';
import type { Probe } from './probe.ts';
import type { CheckResult } from './prober.ts';

/** Makes the checks of a container's probes. Whatever port they name is where the runtime has put its first one. */
export function checker(running: Pick<RunningContainer, 'address' | 'exec'>): (probe: Probe) => Promise<CheckResult> {
  return async ({ httpGet, tcpSocket, exec, timeoutSeconds }) => {
    const timeoutMs = timeoutSeconds * 1000;
    if (exec !== undefined) return checkExec(running, exec.command, timeoutMs);
    const port = (httpGet ?? tcpSocket)?.port;
    if (port === undefined)
      return { passed: false, output: 'this kubelet makes probes of httpGet, tcpSocket and exec only' };
    const address = running.address ?? (typeof port === 'number' ? { host: '127.0.0.1', port } : undefined);
    if (address === undefined)
      return { passed: false, output: `couldn't find port "${port}": the container names no port` };
    return httpGet === undefined ? checkTcp(address, timeoutMs) : checkHttp(address, httpGet, timeoutMs);
  };
}

async function checkExec(
  { exec }: Pick<RunningContainer, 'exec'>,
  command: NonNullable<ContainerSpec['command']>,
  timeoutMs: number,
): Promise<CheckResult> {
  try {
    const { exitCode, output } = await exec(command, timeoutMs);
    if (exitCode !== undefined) return { passed: exitCode === 0, output };
    return { passed: false, output: `command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s` };
  } catch (error) {
    return { passed: false, output: error instanceof Error ? error.message : String(error) };
  }
}
