/** A Deployment of staging, its Service and its labels are named NAME-staging, and Kubernetes takes 63 characters for those. */
const maxLength = 63 - '-staging'.length;

/** Words that YAML reads as a yes, a no, or nothing: a manifest with `name: on` has a boolean for a name. */
const yamlWords = new Set(['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'null']);

/** Namespaces that belong to Kubernetes and Flux in every cluster. */
const reserved = new Set(['default', 'flux-system']);

/** A message that says why an app cannot have this name; undefined when it can. Names that are taken are not examined here. */
export function nameProblem(name: string): string | undefined {
  if (!/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/.test(name)) {
    return `"${name}" cannot be the name of a Service: lower-case letters (a to z), digits and "-", beginning with a letter, not ending with "-".`;
  }
  if (name.length > maxLength) {
    return `"${name}" has ${name.length} characters: at most ${maxLength}, because ${name}-staging must fit into 63.`;
  }
  if (yamlWords.has(name)) return `"${name}" is not a string in YAML, which reads it as a boolean or as null.`;
  if (reserved.has(name) || name.startsWith('kube-')) {
    return `"${name}" is a namespace of the cluster itself: an app has a namespace of its own name.`;
  }
  if (name.endsWith('-staging')) {
    return `"${name}" reads as the staging of an app "${name.slice(0, -'-staging'.length)}": names of apps do not end with "-staging".`;
  }
  return undefined;
}
