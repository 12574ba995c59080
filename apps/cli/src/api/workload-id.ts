const kinds = ['deployment', 'statefulset', 'daemonset', 'cronjob'];
const name = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

/**
 * `namespace/kind/name` as people type it; the kind in any case, and a Deployment without one.
 *
 * @throws Error with a sentence
 */
export function parseWorkloadId(text: string): string {
  const parts = text.split('/');
  const [namespace = '', kind = '', workload = ''] = parts.length === 2 ? [parts[0], 'deployment', parts[1]] : parts;
  const known = kinds.find((one) => one === kind.toLowerCase());
  if (parts.length <= 3 && known !== undefined && name.test(namespace) && name.test(workload)) {
    return `${namespace}/${known}/${workload}`;
  }
  throw new Error(
    `"${text}" names no workload: write namespace/kind/name, like myapp/deployment/myapp; kinds are ${kinds.join(', ')}.`,
  );
}
