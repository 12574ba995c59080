import type { Workload } from '@keelson/kube';

/** Whether the object still carries something that Keelson wrote, so that it has to be taken out when the workload leaves. */
export function carriesOurs({ annotations, templateAnnotations }: Workload): boolean {
  return (
    annotations['keelson.sh/state'] !== undefined ||
    Object.keys(templateAnnotations).some((key) => key.startsWith('digest.keelson.sh/'))
  );
}
