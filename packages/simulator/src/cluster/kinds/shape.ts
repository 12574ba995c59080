/**
 * How patches and field ownership see one place of an object (structured-merge-diff's schema, strategic merge's patch tags).
 * A place that no shape describes is what most places are: a map merged key by key, a list replaced as a whole.
 */
export interface Shape {
  readonly fields?: Readonly<Record<string, Shape>>;
  /** A list merged item by item. */
  readonly list?: ListShape;
  /** A map that has one owner and is replaced as a whole. */
  readonly atomic?: true;
  /** A struct that Go always writes: it is there even when empty, so no manager owns it as such. */
  readonly always?: true;
}

export interface ListShape {
  /** The fields that identify items in server-side apply; empty for a set of plain values. */
  readonly keys: readonly string[];
  /** What a key is when the item lacks it: the API's own default. */
  readonly keyDefaults?: Readonly<Record<string, string>>;
  /** The one field by which strategic merge identifies items; absent: strategic merge replaces the list. */
  readonly strategic?: string;
  /** False: server-side apply replaces the list, and only strategic merge merges it. */
  readonly granular?: false;
  readonly item?: Shape;
}

const atomic: Shape = { atomic: true };
const protocol = { protocol: 'TCP' };

/** Items identified by one field, in strategic merge and in server-side apply. */
function byKey(key: string, fields?: Shape['fields'], more?: Partial<Shape>): Shape {
  const item =
    fields === undefined && more === undefined ? undefined : { ...(fields === undefined ? {} : { fields }), ...more };
  return { list: { keys: [key], strategic: key, ...(item === undefined ? {} : { item }) } };
}

const valueFrom: Shape = {
  fields: {
    configMapKeyRef: atomic,
    fieldRef: atomic,
    resourceFieldRef: atomic,
    secretKeyRef: atomic,
    fileKeyRef: atomic,
  },
};

const containerFields: Shape['fields'] = {
  env: byKey('name', { valueFrom }),
  ports: { list: { keys: ['containerPort', 'protocol'], keyDefaults: protocol, strategic: 'containerPort' } },
  volumeMounts: byKey('mountPath'),
  volumeDevices: byKey('devicePath'),
  resources: { fields: { claims: { list: { keys: ['name'] } } } },
};

const metadataShape: Shape = {
  always: true,
  fields: {
    ownerReferences: { list: { keys: ['uid'], strategic: 'uid', item: atomic } },
    finalizers: { list: { keys: [], strategic: '' } },
  },
};

const podSpecShape: Shape = {
  always: true,
  fields: {
    containers: { always: true, ...byKey('name', containerFields) },
    initContainers: byKey('name', containerFields),
    ephemeralContainers: byKey('name', containerFields),
    volumes: byKey('name'),
    imagePullSecrets: byKey('name', undefined, atomic),
    hostAliases: byKey('ip'),
    resourceClaims: byKey('name'),
    schedulingGates: byKey('name'),
    topologySpreadConstraints: { list: { keys: ['topologyKey', 'whenUnsatisfiable'], strategic: 'topologyKey' } },
    nodeSelector: atomic,
  },
};

const templateShape: Shape = { always: true, fields: { metadata: metadataShape, spec: podSpecShape } };
const conditions = byKey('type');

function object(spec: Shape['fields'], status: Shape['fields'] = {}): Shape {
  return {
    fields: {
      metadata: metadataShape,
      spec: { always: true, fields: spec ?? {} },
      status: { always: true, fields: status ?? {} },
    },
  };
}

const jobSpec: Shape['fields'] = { selector: atomic, template: templateShape };

export const shapes = {
  plain: { fields: { metadata: metadataShape } },
  /** Of Deployments, ReplicaSets, StatefulSets and DaemonSets. */
  workload: object(
    { selector: atomic, template: templateShape, strategy: { always: true }, updateStrategy: { always: true } },
    { conditions },
  ),
  pod: {
    fields: {
      metadata: metadataShape,
      spec: podSpecShape,
      status: {
        always: true,
        fields: { conditions, podIPs: byKey('ip'), hostIPs: { list: { keys: [], strategic: 'ip', granular: false } } },
      },
    },
  },
  job: object(jobSpec, { conditions: { list: { keys: [], strategic: 'type', granular: false } } }),
  cronJob: object({
    jobTemplate: { always: true, fields: { metadata: metadataShape, spec: { always: true, fields: jobSpec } } },
  }),
  service: object(
    { selector: atomic, ports: { list: { keys: ['port', 'protocol'], keyDefaults: protocol, strategic: 'port' } } },
    { conditions },
  ),
  serviceAccount: {
    fields: {
      metadata: metadataShape,
      secrets: byKey('name'),
      imagePullSecrets: { list: { keys: [], strategic: 'name', granular: false } },
    },
  },
  node: object(
    { taints: { list: { keys: [], strategic: 'key', granular: false } } },
    { conditions, addresses: byKey('type') },
  ),
  namespace: object({}, { conditions }),
  withSpec: object({ selector: atomic }, { conditions }),
  event: {
    fields: { metadata: metadataShape, involvedObject: { always: true, atomic: true }, source: { always: true } },
  },
  /** Objects of custom resource definitions: no Go struct, so even `spec` has an owner. */
  custom: { fields: { metadata: metadataShape } },
} satisfies Record<string, Shape>;

export function shapeAt(shape: Shape | undefined, field: string): Shape | undefined {
  return shape?.fields?.[field];
}
