import { fieldsOf, isFields, listOf } from '../json.ts';
import type { KubeObject } from '../objects/object.ts';

// default…: small defaults of the plain kinds. prepare…: what the server itself decides about new ones, so that no manager owns
// that. All of them change the object in place.

export function defaultNamespace(object: KubeObject): void {
  object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
}

export function prepareNamespace(object: KubeObject): void {
  object['spec'] ??= { finalizers: ['kubernetes'] };
}

/** `stringData` is written into `data` as base64 and never read back. */
export function defaultSecret(object: KubeObject): void {
  object['type'] ??= 'Opaque';
  const plain = fieldsOf(object['stringData']);
  delete object['stringData'];
  const encoded = Object.entries(plain).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]);
  if (encoded.length > 0) object['data'] = { ...fieldsOf(object['data']), ...Object.fromEntries(encoded) };
}

export function defaultService(object: KubeObject): void {
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
}

export function prepareService(object: KubeObject): void {
  const spec = fieldsOf(object['spec']);
  const [high = 0, low = 0] = Buffer.from(object.metadata.uid.slice(0, 4), 'hex');
  spec['clusterIP'] ??= `10.96.${high}.${low}`;
  spec['clusterIPs'] ??= [spec['clusterIP']];
  spec['ipFamilies'] ??= ['IPv4'];
  spec['ipFamilyPolicy'] ??= 'SingleStack';
}

/** What the custom resource definition fills in. */
export function defaultKustomization(object: KubeObject): void {
  const spec = fieldsOf(object['spec']);
  spec['force'] ??= false;
  object['spec'] = spec;
}

export function prepareEvent(object: KubeObject): void {
  object['source'] ??= {};
  for (const time of ['firstTimestamp', 'lastTimestamp', 'eventTime']) object[time] ??= null;
  for (const text of ['reportingComponent', 'reportingInstance']) object[text] ??= '';
}
