/** Stands in for client-node's generated clients: see import-kube-config.ts. */
function never(): never {
  throw new Error("Keelson speaks to the API server by its own client; client-node's typed ones are not loaded.");
}

export const ServerConfiguration = never;
export const createConfiguration = never;
