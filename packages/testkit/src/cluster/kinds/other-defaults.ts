import { fieldsOf, isFields, listOf } from '../json.ts';
import type { KubeObject } from '../objects/object.ts';

let addresses = 1;

/** Small defaults of the plain kinds. Changes the object in place. */
export const otherDefaults = {
  namespace(object: KubeObject): void {
    object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
  },
  /** `stringData` is written into `data` as base64 and never read back. */
  secret(object: KubeObject): void {
    object['type'] ??= 'Opaque';
    const plain = fieldsOf(object['stringData']);
    delete object['stringData'];
    const encoded = Object.entries(plain).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]);
    if (encoded.length > 0) object['data'] = { ...fieldsOf(object['data']), ...Object.fromEntries(encoded) };
  },
  service(object: KubeObject): void {
    const spec = fieldsOf(object['spec']);
    spec['type'] ??= 'ClusterIP';
    spec['sessionAffinity'] ??= 'None';
    spec['internalTrafficPolicy'] ??= 'Cluster';
    for (const port of listOf(spec['ports'])) {
      if (!isFields(port)) continue;
      port['protocol'] ??= 'TCP';
      port['targetPort'] ??= port['port'];
    }
    object['spec'] = spec;
  },
};

/** What the server decides itself about new objects of the plain kinds. Changes the object in place. */
export const prepare = {
  namespace(object: KubeObject): void {
    object['spec'] ??= { finalizers: ['kubernetes'] };
  },
  service(object: KubeObject): void {
    const spec = fieldsOf(object['spec']);
    addresses += 1;
    spec['clusterIP'] ??= `10.96.${(addresses >> 8) & 255}.${addresses & 255}`;
    spec['clusterIPs'] ??= [spec['clusterIP']];
    spec['ipFamilies'] ??= ['IPv4'];
    spec['ipFamilyPolicy'] ??= 'SingleStack';
  },
  event(object: KubeObject): void {
    object['source'] ??= {};
    for (const time of ['firstTimestamp', 'lastTimestamp', 'eventTime']) object[time] ??= null;
    for (const text of ['reportingComponent', 'reportingInstance']) object[text] ??= '';
  },
};
