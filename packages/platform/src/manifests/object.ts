import { z } from 'zod';

/** Any object of Kubernetes. */
export const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
});

export type KubeObject = z.output<typeof object>;

/** `Deployment/myapp/myapp-staging`, and without the middle where there is no namespace. */
export function subjectOf({ kind, metadata: { namespace, name } }: KubeObject): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join('/');
}
