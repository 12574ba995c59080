import { z } from 'zod';
import { fieldsOf } from '../../json.ts';
import type { Container } from '../../objects/pod.ts';
import type { RunningContainer } from './container-runtime.ts';

const hook = z.looseObject({
  sleep: z.object({ seconds: z.number() }).optional(),
  exec: z.object({ command: z.array(z.string()).default([]) }).optional(),
});

/**
 * Runs `lifecycle.preStop` before SIGTERM, `sleep` or `exec`, for as long as the grace lasts or the container runs.
 *
 * @returns the milliseconds that it took
 */
export async function preStop(container: Container, running: RunningContainer, graceMs: number): Promise<number> {
  const { success, data } = hook.safeParse(fieldsOf(container['lifecycle'])['preStop']);
  if (!success) return 0;
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const ms = Math.min(graceMs, (data.sleep?.seconds ?? 0) * 1000);
  const done =
    data.exec === undefined
      ? new Promise((resolve) => {
          timer = setTimeout(resolve, ms);
        })
      : // a failed hook does not stop the container from ending
        running.exec(data.exec.command, graceMs).catch(() => undefined);
  await Promise.race([done, running.exited]);
  clearTimeout(timer);
  return performance.now() - start;
}
