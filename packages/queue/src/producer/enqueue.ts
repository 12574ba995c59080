import type { Queue } from 'bullmq';
import { z } from 'zod';
import { QueueError } from '../errors.ts';
import { explain } from '../redis/explain.ts';
import type { FunctionDefinition } from '../types.ts';
import { laterName, laterOptions, nowOptions } from './job-options.ts';

/** Adds one job to its function's queue. @throws QueueError */
export async function enqueue<Name extends string, Schema extends z.ZodType>(
  queue: Queue,
  definition: FunctionDefinition<Name, Schema>,
  input: z.input<Schema>,
  delayMs = 0,
): Promise<void> {
  const { data, key } = checked(definition, input);
  try {
    if (delayMs > 0) await queue.add(laterName, data, laterOptions(key, delayMs));
    else await addNow(queue, definition, data, key);
  } catch (error) {
    throw explain(error);
  }
}

/**
 * BullMQ drops a job while another one of its key waits, and the waiting one would run with its old input. So the waiting one gets the new
 * input. It may have started to run in the meantime, so the job is added once more: then it is kept to run after it.
 */
async function addNow<Name extends string, Schema extends z.ZodType>(
  queue: Queue,
  definition: FunctionDefinition<Name, Schema>,
  data: unknown,
  key: string,
): Promise<void> {
  const options = nowOptions(definition, key);
  const job = await queue.add(definition.name, data, options);
  if (job.id === options.jobId) return;
  // It may just have ended: then adding once more creates a new job. Any other failure shows there too.
  await job.updateData(data).catch(() => undefined);
  await queue.add(definition.name, data, nowOptions(definition, key));
}

function checked<Name extends string, Schema extends z.ZodType>(
  { name, input: schema, key: keyOf }: FunctionDefinition<Name, Schema>,
  input: unknown,
): { data: z.output<Schema>; key: string } {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    throw new QueueError(`The input of ${name} does not parse: ${z.prettifyError(parsed.error)}`, { code: 'invalid' });
  }
  const key = keyOf(parsed.data);
  // BullMQ builds its keys with colons and takes ids apart at them.
  if (key === '' || key.includes(':'))
    throw new QueueError(`The key of ${name} is empty or has a colon.`, { code: 'invalid' });
  return { data: parsed.data, key };
}
