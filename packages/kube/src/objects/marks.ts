/** Where a key is about configuration, its value changes with that, and so may whether the containers run. */
const ofConfiguration = /config|secret|checksum|hash/i;

/** Last words of keys that say when, by which tool or from which commit a template was applied: `kubectl.kubernetes.io/restartedAt`, `commit-sha`. */
const marks =
  /(^|[^a-z])(restarted-?at|restart|redeploy(ed)?(-?at)?|deployed-?at|updated?-?(at|time)|applied-?at|rollme|time(stamp)?|date|commit|sha|revision|version|build(-?(id|number))?|release|chart|managed-by|pipeline([-_]?id)?)$/i;

/**
 * Whether a label or an annotation of a pod template only marks who applied it, when or from what: new pods come of it, and the containers in them
 * are the same. A pipeline that writes one with every push changes nothing that could make a good image fail.
 */
export function isMark(key: string): boolean {
  // camelCase as words with dashes.
  const words = key.replaceAll(/([a-z])([A-Z])/g, '$1-$2');
  return !ofConfiguration.test(words) && marks.test(words);
}
