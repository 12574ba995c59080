import { z } from 'zod';
import type { DeleteOptions } from '../api/remover.ts';
import { badRequest, cause, invalidOptions } from '../api-error.ts';
import { json } from './body.ts';
import { numberIn } from './query.ts';

const policies = ['Foreground', 'Background', 'Orphan'];

const body = z.looseObject({
  gracePeriodSeconds: z.number().nullish(),
  propagationPolicy: z.string().nullish(),
  preconditions: z.looseObject({ uid: z.string().nullish(), resourceVersion: z.string().nullish() }).nullish(),
  dryRun: z.array(z.string()).nullish(),
});

/** DeleteOptions come as a body, or some of them in the query. Throws 400. */
export function deleteOptions(query: URLSearchParams, text: string): DeleteOptions {
  const parsed = body.safeParse(text === '' ? {} : json(text, 'invalid DeleteOptions'));
  if (!parsed.success) throw badRequest('invalid DeleteOptions');
  const { gracePeriodSeconds, preconditions, dryRun } = parsed.data;
  const propagationPolicy = parsed.data.propagationPolicy ?? query.get('propagationPolicy') ?? undefined;
  if (propagationPolicy !== undefined && !policies.includes(propagationPolicy)) {
    throw invalidOptions(
      'DeleteOptions',
      cause.unsupported('propagationPolicy', propagationPolicy, [...policies, 'nil']),
    );
  }
  return {
    gracePeriodSeconds: gracePeriodSeconds ?? numberIn(query, 'gracePeriodSeconds'),
    propagationPolicy,
    uid: preconditions?.uid ?? undefined,
    resourceVersion: preconditions?.resourceVersion ?? undefined,
    dryRun: (dryRun ?? query.getAll('dryRun')).includes('All'),
  };
}
