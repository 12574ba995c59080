import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../deps.ts';
import { eventSchema } from '../schemas/event.ts';

const tags = [
  { name: 'Workloads', description: 'What Keelson follows, and why it runs what it runs.' },
  { name: 'Rollouts', description: 'Everything that was rolled out.' },
  { name: 'Events', description: 'What happens, as it happens.' },
  { name: 'Webhooks', description: 'Hints to look now. Nothing that they say is believed.' },
  { name: 'Operation', description: 'Health and figures.' },
];

/** The OpenAPI 3.1 document of every route, made when it is first asked for. */
export function createDocument(app: OpenAPIHono<ApiEnv>, version: string): () => object {
  let document: object | undefined;
  app.openAPIRegistry.register('Event', eventSchema);
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description:
      'KEELSON_TOKEN; the webhooks take KEELSON_WEBHOOK_TOKEN too. Not needed on loopback when neither is set.',
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
