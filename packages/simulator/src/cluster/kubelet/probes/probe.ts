import { z } from 'zod';
import type { Container } from '../../objects/pod.ts';

const port = z.union([z.number(), z.string()]);

const probe = z.looseObject({
  httpGet: z
    .looseObject({
      path: z.string().default('/'),
      port,
      scheme: z.string().default('HTTP'),
      httpHeaders: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
    })
    .optional(),
  tcpSocket: z.looseObject({ port }).optional(),
  exec: z.object({ command: z.array(z.string()).default([]) }).optional(),
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  successThreshold: z.number().default(1),
  failureThreshold: z.number().default(3),
  terminationGracePeriodSeconds: z.number().optional(),
});

export type Probe = z.infer<typeof probe>;
export type ProbeKind = 'startup' | 'liveness' | 'readiness';
export type Probes = Readonly<Record<ProbeKind, Probe | undefined>>;

/** The probes of a container, with the defaults of core/v1. */
export function probesIn(container: Container): Probes {
  const read = (field: string) => probe.optional().parse(container[field] ?? undefined);
  return { startup: read('startupProbe'), liveness: read('livenessProbe'), readiness: read('readinessProbe') };
}
