import { z } from 'zod';
import type { KubeObject } from './object.ts';

const labels = z.record(z.string(), z.string());
const selector = z.strictObject({
  matchLabels: labels.default({}),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.literal('In'), values: z.array(z.string()) }))
    .default([]),
});
const peer = z.strictObject({ podSelector: selector.optional(), namespaceSelector: selector.optional() });
const port = z.strictObject({ protocol: z.enum(['TCP', 'UDP']), port: z.union([z.string(), z.number()]) });
const rule = z.strictObject({
  from: z.array(peer).optional(),
  to: z.array(peer).optional(),
  ports: z.array(port).optional(),
});
const policy = z.looseObject({
  metadata: z.looseObject({ namespace: z.string() }),
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(rule).default([]),
    egress: z.array(rule).default([]),
  }),
});

type Policy = z.output<typeof policy>;
type Rule = z.output<typeof rule>;

/** A pod as policies see it, or what is no pod at all: the node, the API server, the internet. */
export interface Party {
  readonly pod?: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Of its namespace, beside its name. */
    readonly namespaceLabels?: Readonly<Record<string, string>>;
    /** Named ports of its containers. */
    readonly ports?: Readonly<Record<string, number>>;
  };
}

function selects(
  { matchLabels, matchExpressions }: z.output<typeof selector>,
  found: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => found[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(found[key] ?? ''))
  );
}

/**
 * Whether NetworkPolicies let one party open a connection to another, by the rules of the NetworkPolicy API: a pod that no policy of a
 * direction selects is open in it, one that any selects is closed but for what some policy allows. Both ends have a say. Knows the fields
 * that this repository uses, and throws for others.
 */
export function mayConnect(
  objects: readonly KubeObject[],
  from: Party,
  to: Party,
  target: { readonly protocol?: 'TCP' | 'UDP'; readonly port: number },
): boolean {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy').map((each) => policy.parse(each));
  return (
    allows(policies, 'Egress', from, to, { protocol: 'TCP', ...target }) &&
    allows(policies, 'Ingress', to, from, { protocol: 'TCP', ...target })
  );
}

interface Target {
  readonly protocol: string;
  readonly port: number;
}

function allows(
  policies: readonly Policy[],
  direction: 'Ingress' | 'Egress',
  { pod: self }: Party,
  other: Party,
  target: Target,
): boolean {
  if (self === undefined) return true;
  const ofSelf = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === self.namespace &&
      spec.policyTypes.includes(direction) &&
      selects(spec.podSelector, self.labels),
  );
  if (ofSelf.length === 0) return true;
  const named = (direction === 'Ingress' ? self : other.pod)?.ports ?? {};
  return ofSelf.some(({ metadata, spec }) =>
    (direction === 'Ingress' ? spec.ingress : spec.egress).some(
      (each) => isPeer(each, direction, other, metadata.namespace) && isPort(each, target, named),
    ),
  );
}

function isPeer(each: Rule, direction: 'Ingress' | 'Egress', { pod }: Party, home: string): boolean {
  const peers = direction === 'Ingress' ? each.from : each.to;
  if (peers === undefined) return true;
  if (pod === undefined) return false;
  const ofNamespace = { ...pod.namespaceLabels, 'kubernetes.io/metadata.name': pod.namespace };
  return peers.some(
    ({ podSelector, namespaceSelector }) =>
      (namespaceSelector === undefined ? pod.namespace === home : selects(namespaceSelector, ofNamespace)) &&
      (podSelector === undefined || selects(podSelector, pod.labels)),
  );
}

function isPort({ ports }: Rule, { protocol, port }: Target, named: Readonly<Record<string, number>>): boolean {
  return (
    ports === undefined ||
    ports.some(
      (each) => each.protocol === protocol && (typeof each.port === 'number' ? each.port : named[each.port]) === port,
    )
  );
}
