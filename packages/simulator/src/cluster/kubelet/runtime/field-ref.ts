import type { Pod } from '../../objects/pod.ts';
import { NotStarted } from '../container-run.ts';

/** A field of the pod by the path that `fieldRef` gives. Throws NotStarted for a path that it does not serve. */
export function fieldOf(pod: Pod, podIP: string, path: string): string {
  const { name, namespace = '', uid, labels, annotations } = pod.metadata;
  const { nodeName = '', serviceAccountName = '' } = pod.spec;
  const known: Readonly<Record<string, string>> = {
    'metadata.name': name,
    'metadata.namespace': namespace,
    'metadata.uid': uid,
    'spec.nodeName': nodeName,
    'spec.serviceAccountName': serviceAccountName,
    'status.podIP': podIP,
    'status.hostIP': podIP,
  };
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path) ?? [];
  if (map !== undefined) return (map === 'labels' ? labels : annotations)?.[key] ?? '';
  const value = known[path];
  if (value === undefined) throw new NotStarted('CreateContainerConfigError', `unsupported fieldPath: ${path}`);
  return value;
}
