const longest = 1_000;

/**
 * A message of the cluster that may be stored: without what follows `?` in a URL and the user before `@` (law 12: a registry's redirect to its
 * blob store is signed by its query), and cut after 1,000 characters.
 */
export function tidyMessage(message: string): string {
  const bare = message
    .replace(/(\w+:\/\/)[^\s/@"']*@/g, '$1')
    .replace(/(\w+:\/\/[^\s?"'\\]*)\?[^\s"'\\]*/g, '$1')
    .trim();
  return bare.length > longest ? `${bare.slice(0, longest - 1)}…` : bare;
}
