/** Replaces client-node's generated clients: see import-kube-config.ts. */
function never(): never {
  throw new Error('Keelson uses its own client of the API server; the typed clients of client-node are not loaded.');
}

// biome-ignore lint/style/useNamingConvention: the name that the client imports.
export const ServerConfiguration = never;
export const createConfiguration = never;
