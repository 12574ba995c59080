/**
 * What comes from outside is cut, refused or made to wait at these bounds, where it comes in (law 17). Each says what one namespace, registry or
 * sender could do without it. The test of bounds feeds ten times of each through a worker and the API.
 */
export const bounds = {
  /** Characters of an image's label: whoever builds the image chooses it, and each rollout keeps four. */
  labelChars: 256,
} as const;

export type Bound = keyof typeof bounds;
