import { z } from '@hono/zod-openapi';

/** How many a page holds, in a query. */
export function limitQuery(most: number, byDefault: number, what: string) {
  return z
    .string()
    .regex(/^\d{1,4}$/, `must be a whole number from 1 to ${most}`)
    .transform(Number)
    .pipe(z.int().min(1, 'must be at least 1').max(most, `must be at most ${most}`))
    .default(byDefault)
    .openapi({ type: 'integer', minimum: 1, maximum: most, default: byDefault, description: `${what} on a page.` });
}

export const cursorDescription = "The last page's `next`.";

/** What a page says of the next one, besides its header. */
export const nextSchema = z
  .string()
  .optional()
  .openapi({ description: '`cursor` of the next page; absent on the last.' });

/** The Link header of a page, for the OpenAPI document. */
export const linkHeaders = {
  Link: { description: 'The next page, rel="next" (RFC 8288).', schema: { type: 'string' as const } },
};

/** The headers of a page: how to ask for the next one. Relative to the host, so that it holds behind a proxy too. */
export function linkTo(url: string, next: string | undefined): Record<string, string> {
  if (next === undefined) return {};
  const { pathname, searchParams } = new URL(url);
  searchParams.set('cursor', next);
  return { Link: `<${pathname}?${searchParams.toString()}>; rel="next"` };
}
