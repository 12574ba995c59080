import type { z } from '@hono/zod-openapi';
import type { InvalidParameter } from './api-problem.ts';
import { ApiProblem } from './api-problem.ts';

interface Validated {
  readonly success: boolean;
  readonly target: string;
  readonly error?: { readonly issues: readonly z.core.$ZodIssue[] };
}

const places: Readonly<Record<string, string>> = { param: 'path', query: 'query', header: 'header' };

/** Hook of every route. @throws ApiProblem `invalid-parameters` that lists each parameter that did not parse. */
export function refuseInvalid(result: Validated): void {
  if (result.success) return;
  const place = places[result.target] ?? result.target;
  const invalid = (result.error?.issues ?? []).flatMap((issue) => wrongIn(place, issue));
  const detail = invalid.map(({ name, message }) => `${name} in the ${place}: ${message}`).join('; ');
  throw new ApiProblem('invalid-parameters', `${detail}.`, { invalid });
}

function wrongIn(place: string, issue: z.core.$ZodIssue): InvalidParameter[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => ({ in: place, name: name.slice(0, 64), message: 'is not known here' }));
  }
  return [{ in: place, name: issue.path.join('.'), message: issue.message }];
}
