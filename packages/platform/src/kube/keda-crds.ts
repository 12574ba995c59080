const text = { type: 'string' };
const whole = { type: 'integer' };
const strings = { type: 'object', additionalProperties: text };
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
const list = (items: object) => ({ type: 'array', items });

function crd(kind: string, plural: string, spec: object) {
  const schema = { openAPIV3Schema: object({ spec }, ['spec']) };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.keda.sh` },
    spec: {
      group: 'keda.sh',
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: 'v1alpha1', served: true, storage: true, schema }],
    },
  };
}

/**
 * KEDA's two kinds as far as this repository uses them, written from its documentation (the pages "ScaledObject specification",
 * "Authentication" and "Redis Lists"), because its own definitions come with its chart. Any other field is refused where fields are
 * validated strictly; that KEDA itself takes these is said by its documentation alone.
 */
export const kedaCrds = [
  crd(
    'ScaledObject',
    'scaledobjects',
    object(
      {
        scaleTargetRef: object({ apiVersion: text, kind: text, name: text }, ['name']),
        pollingInterval: whole,
        cooldownPeriod: whole,
        minReplicaCount: whole,
        maxReplicaCount: whole,
        fallback: object({ failureThreshold: whole, replicas: whole }, ['failureThreshold', 'replicas']),
        triggers: list(
          object({ type: text, metadata: strings, authenticationRef: object({ name: text, kind: text }, ['name']) }, [
            'type',
            'metadata',
          ]),
        ),
      },
      ['scaleTargetRef', 'triggers'],
    ),
  ),
  crd(
    'TriggerAuthentication',
    'triggerauthentications',
    object({
      secretTargetRef: list(object({ parameter: text, name: text, key: text }, ['parameter', 'name', 'key'])),
    }),
  ),
];
