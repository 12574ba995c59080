import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { bounds } from '@keelson/core';
import pLimit from 'p-limit';
import { checkAll } from '../checks/check-all.ts';
import type { ApiEnv, RequestCheck, RouteDeps } from '../deps.ts';
import type { Charge } from '../limits/rate-limit.ts';
import type { ApiMetrics } from '../observe/metrics.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { json, problems, secured } from '../schemas/responses.ts';
import { distinctHints, findFollowers } from '../webhooks/followers.ts';
import { readNotification } from '../webhooks/notification.ts';

const acceptedSchema = z
  .object({
    checks: z.int().openapi({ description: 'How many checks of workloads were queued.', example: 1 }),
    events: z.int().openapi({ description: 'Events in the notification.', example: 1 }),
    ignored: z
      .int()
      .openapi({ description: 'Events that are not the push of an image, and were ignored.', example: 0 }),
  })
  .openapi('NotificationAccepted');

const eventSchema = z.looseObject({
  action: z.string().openapi({ example: 'push' }),
  target: z
    .looseObject({ repository: z.string().openapi({ example: 'cmunroe/ops/myapp' }), tag: z.string().optional() })
    .optional(),
  request: z.looseObject({ host: z.string().optional().openapi({ example: 'registry.gitlab.com' }) }).optional(),
});

const notificationSchema = z
  .looseObject({ events: z.array(eventSchema).max(bounds.notificationEvents) })
  .openapi('RegistryNotification');

const registryRoute = createRoute({
  method: 'post',
  path: '/webhooks/registry',
  operationId: 'notifyPush',
  tags: ['Webhooks'],
  summary: 'Receive a registry notification',
  description:
    'Accepts the notifications of the CNCF distribution registry, as registry:2 and GitLab send them. The body is read as JSON, whatever its Content-Type. ' +
    'A check is queued for every workload that follows the repository; tag and digest come from the registry alone.',
  ...secured,
  request: {
    body: {
      required: true,
      content: { 'application/vnd.docker.distribution.events.v2+json': { schema: notificationSchema } },
    },
  },
  responses: { 202: json('The notification was accepted.', acceptedSchema), ...problems(400, 401, 403, 413, 429, 503) },
});

/**
 * The webhooks. The sender is charged by what its notification names, beyond the one name that `limits` charged already, and the parts that use Redis take
 * turns with those of other notifications: one with many names or followers delays the others by no more than a part.
 */
export function webhookRoutes(
  { requestCheck, now, log }: RouteDeps,
  { metrics, charge }: { readonly metrics: ApiMetrics; readonly charge: Charge },
): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  const inTurn = pLimit(bounds.notificationsAtWork);

  app.openapi(registryRoute, async (c) => {
    const receivedAt = now();
    const text = await c.req.text();
    charge(c, Math.floor(text.length / bounds.bytesPerName));
    const notification = readNotification(text);
    if (!notification) {
      throw new ApiProblem(
        'malformed-notification',
        `The body is not a registry notification: it must be JSON with an array "events" of at most ${bounds.notificationEvents} objects.`,
      );
    }
    const hints = distinctHints(notification.pushes);
    const { workloads, followed, unfollowed } = await inTurn(() => findFollowers(c.get('history'), hints));
    charge(c, Math.max(hints.length - 1, 0) + Math.floor(workloads.size / bounds.checksPerName));
    const ignored = notification.events - notification.pushes.length;
    metrics.webhookEvents.inc({ outcome: 'followed' }, followed);
    metrics.webhookEvents.inc({ outcome: 'unfollowed' }, unfollowed);
    metrics.webhookEvents.inc({ outcome: 'ignored' }, ignored);

    const requestInTurn: RequestCheck = (...check) => inTurn(() => requestCheck(...check));
    await checkAll(requestInTurn, workloads, 'webhook', receivedAt);
    metrics.webhookChecks.inc(workloads.size);
    if (workloads.size > 0)
      log.info(
        { requestId: c.get('requestId'), by: c.get('access').name, workloads: workloads.size },
        'registry webhook received',
      );
    return c.json({ checks: workloads.size, events: notification.events, ignored }, 202);
  });

  return app;
}
