import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { importKubeConfig } from './import-kube-config.ts';
import { KubeError } from './kube-error.ts';

/** Where the cluster's configuration comes from. Nothing given: KUBECONFIG, `~/.kube/config`, then the pod's service account. */
export interface ConfigSource {
  /** The text of a kubeconfig. */
  readonly kubeconfigText?: string;
  /** The path of a kubeconfig. */
  readonly kubeconfig?: string;
  /** A context other than the current one. */
  readonly context?: string;
}

// The default of client-node when it finds no configuration.
const madeUp = 'http://localhost:8080';

async function read(source: ConfigSource): Promise<KubeConfig> {
  const client = await importKubeConfig();
  const config = new client.KubeConfig();
  if (source.kubeconfigText !== undefined) config.loadFromString(source.kubeconfigText);
  else if (source.kubeconfig !== undefined) config.loadFromFile(source.kubeconfig);
  else config.loadFromDefault();
  if (source.context !== undefined) config.setCurrentContext(source.context);
  return config;
}

export interface ClusterConfig {
  readonly config: KubeConfig;
  /** Without a slash at its end. */
  readonly server: string;
  readonly proxyUrl?: string;
}

/**
 * Reads the configuration of one cluster.
 *
 * @throws KubeError `no-config`
 */
export async function loadConfig(source: ConfigSource): Promise<ClusterConfig> {
  // The cause is left out: the YAML parser quotes the lines that it stumbled over, and with them tokens.
  const config = await read(source).catch(() => undefined);
  if (config === undefined) {
    const file = source.kubeconfig === undefined ? 'the file that KUBECONFIG names' : source.kubeconfig;
    throw new KubeError(`The kubeconfig cannot be read. Check ${file}.`, { code: 'no-config' });
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null || cluster.server === madeUp) {
    const context = config.getCurrentContext();
    const message =
      cluster === null && context
        ? `The kubeconfig has no cluster for its context "${context}". Name a context that it has.`
        : 'No Kubernetes cluster is configured. Set KUBECONFIG, or run inside a cluster with a service account.';
    throw new KubeError(message, { code: 'no-config' });
  }
  // client-node refuses plain http unless verification is off; there is nothing to verify on plain http.
  if (cluster.server.startsWith('http:'))
    config.clusters = config.clusters.map((one) => (one.name === cluster.name ? { ...one, skipTLSVerify: true } : one));
  return {
    config,
    server: cluster.server.replace(/\/+$/, ''),
    ...(cluster.proxyUrl ? { proxyUrl: cluster.proxyUrl } : {}),
  };
}
