import { stringify } from 'yaml';

/** A kubeconfig for a plain-HTTP server; clients that insist on TLS otherwise want the skip. */
export function kubeconfigFor(server: string, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'simulated', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'simulated', context: { cluster: 'simulated', user: 'admin', namespace: 'default' } }],
    'current-context': 'simulated',
  });
}
