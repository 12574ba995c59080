/** Where a key is about configuration or what is injected into pods, its value changes with that, and so may whether the containers run. */
const ofConfiguration = /config|secret|checksum|hash|inject|sidecar|proxy|agent|\blib\b/i;

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

/**
 * The same of environment variables, more narrowly, as programs read them: `GIT_SHA`, `CI_PIPELINE_ID`, `DEPLOYED_AT`; of versions, only the own one.
 * `MODEL_REVISION`, `ENABLE_AUTO_COMMIT` and `JOB_DATE` say what a program does.
 */
const variableMarks = [
  /^((app|build|ci|deploy|docker|git|github|gitlab|heroku_slug|image|release|source|vcs)_)*(sha|commit|revision|(build|pipeline)_(id|number|time|date)|(deployed|restarted|updated|released)_at)$/i,
  /(^|_)(git_(sha|commit|revision)|commit(_short)?_(sha|ref|id)|ci_job_id)$/i,
  /^((app|git|image|build|release|sentry|dd)_)?(version|release|tag)$/i,
];

/** Whether an environment variable only says from what or when a template was applied. */
export function isVariableMark(name: string): boolean {
  return !ofConfiguration.test(name) && variableMarks.some((mark) => mark.test(name));
}
