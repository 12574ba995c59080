import { z } from '@hono/zod-openapi';

/** The query parameter for the size of a page. */
export function limitQuery(most: number, byDefault: number, what: string) {
  return z
    .string()
    .regex(/^\d{1,4}$/, `must be a whole number from 1 to ${most}`)
    .transform(Number)
    .pipe(z.int().min(1, 'must be at least 1').max(most, `must be at most ${most}`))
    .default(byDefault)
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: most,
      default: byDefault,
      description: `The most ${what} on a page.`,
    });
}

export const cursorDescription = 'The `next` of the page before.';

/** The cursor of the next page, which the Link header has too. */
export const nextSchema = z
  .string()
  .optional()
  .openapi({ description: 'The `cursor` of the next page; absent on the last one.' });

/** What belongs on a page and cannot be read. */
export const unreadableSchema = z
  .array(
    z
      .object({
        id: z.string().openapi({ description: 'Id of the rollout or workload.', example: 'a6klagnhs' }),
        message: z.string().openapi({ description: 'What is wrong, for people.' }),
      })
      .openapi('Unreadable'),
  )
  .optional()
  .openapi({ description: 'Records of this page that cannot be read; absent when all can.' });

/** The Link header of a page, for the OpenAPI document. */
export const linkHeaders = {
  Link: { description: 'The next page, rel="next" (RFC 8288).', schema: { type: 'string' as const } },
};

/** The Link header of a page with a next one (RFC 8288). It is relative to the host, so that it works behind a proxy too. */
export function linkTo(url: string, next: string | undefined): Record<string, string> {
  if (next === undefined) return {};
  const { pathname, searchParams } = new URL(url);
  searchParams.set('cursor', next);
  return { Link: `<${pathname}?${searchParams.toString()}>; rel="next"` };
}
