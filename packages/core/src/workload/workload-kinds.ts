/** Every kind of workload that Keelson follows, as Kubernetes writes it. In an id the kind is in lower case. */
export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const;
