import { z } from 'zod';
import { fieldsOf } from '../../json.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Container, Pod } from '../../objects/pod.ts';
import { NotStarted } from '../container-run.ts';
import { expand } from './expand.ts';
import { fieldOf } from './field-ref.ts';

const keyRef = z.object({ name: z.string().default(''), key: z.string(), optional: z.boolean().default(false) });
const envVar = z.object({
  name: z.string(),
  value: z.string().default(''),
  valueFrom: z
    .looseObject({
      fieldRef: z.object({ fieldPath: z.string() }).optional(),
      configMapKeyRef: keyRef.optional(),
      secretKeyRef: keyRef.optional(),
    })
    .optional(),
});
const allOf = z.object({ name: z.string().default(''), optional: z.boolean().default(false) });
const envFrom = z.object({
  prefix: z.string().default(''),
  configMapRef: allOf.optional(),
  secretRef: allOf.optional(),
});

/** Finds a ConfigMap or Secret of the pod's namespace. */
export type FindSource = (kind: 'ConfigMap' | 'Secret', name: string) => KubeObject | undefined;

interface Surroundings {
  readonly pod: Pod;
  readonly podIP: string;
  readonly find: FindSource;
}

/**
 * The environment that a manifest gives a container: `envFrom`, then `env` with `$(NAME)` expanded from what comes before.
 * Throws NotStarted, in the kubelet's words, for what is missing.
 */
export function environmentOf(container: Container, around: Surroundings): Record<string, string> {
  const env: Record<string, string> = { HOSTNAME: around.pod.metadata.name };
  for (const from of z.array(envFrom).parse(container['envFrom'] ?? [])) Object.assign(env, everything(from, around));
  for (const each of z.array(envVar).parse(container.env ?? [])) {
    const value = resolved(each, env, around);
    if (value !== undefined) env[each.name] = value;
  }
  return env;
}

function resolved(
  { value, valueFrom }: z.infer<typeof envVar>,
  before: Readonly<Record<string, string>>,
  { pod, podIP, find }: Surroundings,
): string | undefined {
  if (valueFrom === undefined) return expand(value, before);
  const { fieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef !== undefined) return fieldOf(pod, podIP, fieldRef.fieldPath);
  if (configMapKeyRef !== undefined) return oneOf('ConfigMap', configMapKeyRef, pod, find);
  if (secretKeyRef !== undefined) return oneOf('Secret', secretKeyRef, pod, find);
  throw missing(`environment from ${Object.keys(valueFrom).join(', ')} is not served by this kubelet`);
}

function oneOf(
  kind: 'ConfigMap' | 'Secret',
  { name, key, optional }: z.infer<typeof keyRef>,
  pod: Pod,
  find: FindSource,
): string | undefined {
  const source = find(kind, name);
  const value = source === undefined ? undefined : dataOf(source)[key];
  if (value !== undefined || optional) return value;
  if (source === undefined) throw missing(`${kind.toLowerCase()} "${name}" not found`);
  throw missing(`couldn't find key ${key} in ${kind} ${pod.metadata.namespace ?? ''}/${name}`);
}

function everything({ prefix, configMapRef, secretRef }: z.infer<typeof envFrom>, { find }: Surroundings) {
  const kind = configMapRef === undefined ? 'Secret' : 'ConfigMap';
  const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
  const source = find(kind, name);
  if (source === undefined && !optional) throw missing(`${kind.toLowerCase()} "${name}" not found`);
  const data = source === undefined ? [] : Object.entries(dataOf(source));
  return Object.fromEntries(data.map(([key, value]) => [`${prefix}${key}`, value]));
}

function dataOf(source: KubeObject): Record<string, string> {
  const entries = Object.entries(fieldsOf(source['data'])).map(([key, value]) => [key, String(value)] as const);
  if (source.kind !== 'Secret') return Object.fromEntries(entries);
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
}

function missing(why: string): NotStarted {
  return new NotStarted('CreateContainerConfigError', why);
}
