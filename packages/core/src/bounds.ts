/**
 * What comes from outside is cut, refused or made to wait at these bounds, where it comes in (law 17). Each says what one namespace, registry or
 * sender could do without it. The test of bounds feeds ten times of each through a worker and the API.
 */
export const bounds = {
  /** Characters of an image's label: whoever builds the image chooses it, and each rollout keeps four. */
  labelChars: 256,
  /** Pull secrets of one workload that are read, in the kubelet's order: a ServiceAccount may name as many as fit into it, each a request. */
  pullSecrets: 20,
  /** Bytes of a pull secret. A Secret may have a mebibyte, and is kept in memory; a docker config has some hundred bytes for each registry. */
  pullSecretBytes: 32 * 1024,
  /** Secrets and ServiceAccounts that a worker keeps, those used last. */
  secretsKept: 1_000,
} as const;

export type Bound = keyof typeof bounds;
