import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../deps.ts';
import { eventSchema } from '../schemas/event.ts';

const tags = [
  { name: 'Workloads', description: 'The workloads that Keelson follows, and why each runs what it runs.' },
  { name: 'Rollouts', description: 'The history of rollouts.' },
  { name: 'Events', description: 'A stream of everything that happens.' },
  {
    name: 'Webhooks',
    description: 'Notifications of registries. Each only queues a check; its content is not trusted.',
  },
  { name: 'Operation', description: 'Health and metrics.' },
];

/** The OpenAPI 3.1 document of every route. It is created at the first request for it. */
export function createDocument(app: OpenAPIHono<ApiEnv>, version: string): () => object {
  let document: object | undefined;
  app.openAPIRegistry.register('Event', eventSchema);
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description:
      'KEELSON_TOKEN, or one of KEELSON_TOKENS for what it may do; the webhooks accept KEELSON_WEBHOOK_TOKEN too. Not needed on loopback when none is set.',
  });
  return () => {
    document ??= app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Keelson',
        version,
        description: 'What runs where, since when, and why. Errors are RFC 9457 problems with a stable `code`.',
        license: { name: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags,
    });
    return document;
  };
}
