export interface WorkloadOptions {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly image?: string;
  /** `key: value` lines. */
  readonly annotations?: readonly string[];
  readonly labels?: readonly string[];
  /** Lines of the container, beside name and image. */
  readonly container?: readonly string[];
  /** Lines of the pod's spec. */
  readonly pod?: readonly string[];
  /** Lines of the pod template's annotations. */
  readonly template?: readonly string[];
  readonly spec?: readonly string[];
  readonly app?: string;
}

export const force = ['keel.sh/policy: force', 'keel.sh/match-tag: "true"', 'keel.sh/trigger: poll'];
export const imageName = 'registry.example.com/team/ops/shop:latest';

/** A workload's manifest, line by line, so that tests know the line of each field. */
export function workload({
  kind = 'Deployment',
  name = 'shop',
  namespace = 'shop',
  image = imageName,
  annotations = force,
  labels = [],
  container = ['imagePullPolicy: Always'],
  pod = [],
  template = [],
  spec = [],
  app = name,
}: WorkloadOptions = {}): string {
  return [
    'apiVersion: apps/v1',
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    `  namespace: ${namespace}`,
    ...(annotations.length > 0 ? ['  annotations:', ...annotations.map((one) => `    ${one}`)] : []),
    ...(labels.length > 0 ? ['  labels:', ...labels.map((one) => `    ${one}`)] : []),
    'spec:',
    ...spec.map((one) => `  ${one}`),
    '  selector:',
    '    matchLabels:',
    `      app: ${app}`,
    '  template:',
    '    metadata:',
    ...(template.length > 0 ? ['      annotations:', ...template.map((one) => `        ${one}`)] : []),
    '      labels:',
    `        app: ${app}`,
    '    spec:',
    ...pod.map((one) => `      ${one}`),
    '      containers:',
    `        - name: ${name}`,
    `          image: ${image}`,
    ...container.map((one) => `          ${one}`),
    '',
  ].join('\n');
}

/** The first line that contains a text, counted from 1. */
export function lineOf(manifest: string, text: string): number {
  return manifest.split('\n').findIndex((one) => one.includes(text)) + 1;
}
