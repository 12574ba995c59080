import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { HistoryEvent } from '@keelson/history';
import type { ApiEnv } from '../deps.ts';
import type { EventHub } from '../events/hub.ts';
import { streamIdForm } from '../events/stream-id.ts';
import type { TakeShare } from '../limits/shares.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { workloadIdSchema } from '../schemas/common.ts';
import { problems, secured } from '../schemas/responses.ts';
import { visibleEvent } from '../view/visible-history.ts';

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/events',
  operationId: 'streamEvents',
  tags: ['Events'],
  summary: 'Stream of events',
  description:
    'Server-sent events; the data of each is an `Event`. A comment is sent every 15 s. With `Last-Event-ID`, every event after it is sent first. ' +
    'A client that does not read is disconnected, and may connect again with the last id that it received.',
  ...secured,
  request: {
    query: z.strictObject({ workload: workloadIdSchema.optional() }),
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(streamIdForm, 'must be an id that this stream sent')
        .optional()
        .openapi({ description: 'The id of the last event that the client received.', example: '1795162530250-0' }),
    }),
  },
  responses: {
    200: {
      description: 'The stream.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...problems(400, 401, 403, 503),
  },
});

/** @param takeShare One client may not have all streams. */
export function eventRoutes(hub: EventHub, takeShare: TakeShare): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.openapi(eventsRoute, async (c) => {
    const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    const { workload } = c.req.valid('query');
    const after = c.req.valid('header')['last-event-id'];
    const outgoing = c.env?.outgoing;
    const release = takeShare(c);
    if (release === undefined) {
      throw new ApiProblem(
        'too-many-clients',
        'As many event streams as one client may have are open: end one of them.',
        {
          headers: { 'Retry-After': '5' },
        },
      );
    }
    try {
      const access = c.get('access');
      const view = (event: HistoryEvent) =>
        workload === undefined || event.workload === workload ? visibleEvent(event, access) : undefined;
      const stream = await hub.open({
        view,
        mayRead: c.get('isCurrent'),
        ...(after !== undefined && { after }),
        ...(outgoing && { cut: () => outgoing.destroy() }),
        onEnd: release,
      });
      return c.body(stream, 200, headers);
    } catch (error) {
      release();
      throw error;
    }
  });
  return app;
}
