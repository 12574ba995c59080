import { union } from '../cluster/fields/tree.ts';
import { fieldsOf } from '../cluster/json.ts';
import type { ManagedFieldsEntry } from '../cluster/objects/object.ts';
import { managedFieldsList } from '../cluster/objects/object.ts';

export const fluxManager = 'kustomize-controller';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

interface Disallowed {
  /** What the manager's name begins with. */
  readonly name: string;
  readonly operation: ManagedFieldsEntry['operation'];
}

/** Whose fields kustomize-controller takes over (internal/controller/kustomization_controller.go). */
const disallowed: readonly Disallowed[] = [
  { name: 'kubectl', operation: 'Apply' },
  { name: 'kubectl', operation: 'Update' },
  { name: 'before-first-apply', operation: 'Update' },
  { name: fluxManager, operation: 'Update' },
];

interface Operation {
  readonly op: 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

function isOurs({ manager, operation }: ManagedFieldsEntry): boolean {
  return manager === fluxManager && operation === 'Apply';
}

/** fluxcd/pkg/ssa, PatchReplaceFieldsManagers: entries of those managers go into kustomize-controller's own; undefined: none are there. */
function takenOver(
  entries: readonly ManagedFieldsEntry[],
  disallowed: readonly Disallowed[],
): ManagedFieldsEntry[] | undefined {
  const isTaken = (entry: ManagedFieldsEntry) =>
    !isOurs(entry) &&
    entry.subresource === undefined &&
    disallowed.some(({ name, operation }) => entry.manager.startsWith(name) && entry.operation === operation);
  const taken = entries.filter(isTaken);
  const [first, ...more] = [...entries.filter(isOurs), ...taken];
  if (taken.length === 0 || first === undefined) return undefined;
  const fieldsV1 = more.reduce((all, entry) => union(all, entry.fieldsV1), first.fieldsV1);
  const left = entries.filter((entry) => !isOurs(entry) && !isTaken(entry));
  return [...left, { ...first, manager: fluxManager, operation: 'Apply', fieldsV1 }];
}

/**
 * The JSON patch that makes a live object kustomize-controller's (fluxcd/pkg/ssa, cleanupMetadata); empty when there is nothing to do.
 *
 * @param override - more managers, as by the flag `--override-manager`
 */
export function cleanup(live: unknown, override: readonly string[]): Operation[] {
  const metadata = fieldsOf(fieldsOf(live)['metadata']);
  const flags = override.flatMap((name): Disallowed[] => [
    { name, operation: 'Apply' },
    { name, operation: 'Update' },
  ]);
  const entries = managedFieldsList.safeParse(metadata['managedFields']).data ?? [];
  const managed = takenOver(entries, [...disallowed, ...flags]);
  const operations: Operation[] = [];
  if (lastApplied in fieldsOf(metadata['annotations'])) {
    operations.push({ op: 'remove', path: `/metadata/annotations/${lastApplied.replaceAll('/', '~1')}` });
  }
  if (managed !== undefined) operations.push({ op: 'replace', path: '/metadata/managedFields', value: managed });
  if (operations.length === 0) return [];
  return [...operations, { op: 'replace', path: '/metadata/resourceVersion', value: metadata['resourceVersion'] }];
}
