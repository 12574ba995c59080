import { readFile } from 'node:fs/promises';

/** What a process has used, as the kernel counts it (Linux, proc(5)). */
export interface Usage {
  /** Seconds of CPU, user and system, since it started. */
  readonly cpuSeconds: number;
  /** Resident memory in MiB. */
  readonly residentMiB: number;
}

const ticksPerSecond = 100;
const pagesPerMib = 256;

export async function usageOf(pid: number): Promise<Usage> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    residentMiB: Number(fields[21]) / pagesPerMib,
  };
}
