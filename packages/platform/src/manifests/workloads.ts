import { z } from 'zod';
import type { KubeObject } from './object.ts';

const keyRef = z.looseObject({ name: z.string(), key: z.string(), optional: z.boolean().default(false) });
const probe = z.looseObject({}).optional();
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  env: z
    .array(
      z.looseObject({
        name: z.string(),
        value: z.string().optional(),
        valueFrom: z.looseObject({ secretKeyRef: keyRef.optional() }).optional(),
      }),
    )
    .default([]),
  ports: z.array(z.looseObject({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  resources: z.looseObject({
    requests: z.looseObject({ cpu: z.string(), memory: z.string() }),
    limits: z.looseObject({ memory: z.string() }),
  }),
});
const volume = z.looseObject({
  secret: z
    .looseObject({ secretName: z.string(), items: z.array(z.looseObject({ key: z.string() })).default([]) })
    .optional(),
});
const template = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}) }).optional(),
  spec: z.looseObject({
    serviceAccountName: z.string().optional(),
    automountServiceAccountToken: z.boolean().optional(),
    containers: z.array(container),
    initContainers: z.array(container).default([]),
    volumes: z.array(volume).optional(),
  }),
});
const running = z.looseObject({ spec: z.looseObject({ replicas: z.number().optional(), template }) });
const cronJob = z.looseObject({ spec: z.looseObject({ jobTemplate: z.looseObject({ spec: running.shape.spec }) }) });

export type PodTemplate = z.output<typeof template>;

/** The pod template of a workload; undefined for whatever is none. */
export function templateOf(object: KubeObject): PodTemplate | undefined {
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return running.parse(object).spec.template;
    case 'CronJob':
      return cronJob.parse(object).spec.jobTemplate.spec.template;
    default:
      return undefined;
  }
}

/** Keys of Secrets that must be there for a pod to start, as `secret key`. */
export function secretKeysOf({ spec }: PodTemplate): readonly string[] {
  const mounted = (spec.volumes ?? []).flatMap(({ secret }) =>
    secret ? secret.items.map(({ key }) => `${secret.secretName} ${key}`) : [],
  );
  const read = [...spec.containers, ...spec.initContainers].flatMap(({ env }) =>
    env.flatMap(({ valueFrom }) => {
      const ref = valueFrom?.secretKeyRef;
      return ref === undefined ? [] : [`${ref.name} ${ref.key}`];
    }),
  );
  return [...read, ...mounted];
}
