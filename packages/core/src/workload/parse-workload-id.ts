import { KeelsonError } from '../errors/keelson-error.ts';
import type { WorkloadId } from './types.ts';
import { workloadKinds } from './workload-kinds.ts';

const kinds = workloadKinds.map((kind) => kind.toLowerCase());
const objectName = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

/** The text that a person typed does not name a workload. */
export class InvalidWorkloadIdError extends KeelsonError<'invalid-workload-id'> {
  override readonly name = 'InvalidWorkloadIdError';

  constructor(text: string) {
    const example = `write namespace/kind/name, like myapp/deployment/myapp; kinds are ${kinds.join(', ')}`;
    super(`"${text}" names no workload: ${example}.`, { code: 'invalid-workload-id', retryable: false });
  }
}

/**
 * A workload's id from what a person types: `namespace/kind/name` with the kind in any case, or `namespace/name` for a Deployment.
 *
 * @throws InvalidWorkloadIdError
 */
export function parseWorkloadId(text: string): WorkloadId {
  const parts = text.split('/');
  const [namespace = '', kind = '', name = ''] = parts.length === 2 ? [parts[0], 'deployment', parts[1]] : parts;
  const known = kinds.find((one) => one === kind.toLowerCase());
  if (parts.length > 3 || known === undefined || !objectName.test(namespace) || !objectName.test(name)) {
    throw new InvalidWorkloadIdError(text);
  }
  return `${namespace}/${known}/${name}`;
}
