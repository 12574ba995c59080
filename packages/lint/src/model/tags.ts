/** A version of Masterminds/semver, which Keel and Flux use: two or three numbers, an optional `v` before, anything after a dash or a plus. */
const version = /^v?\d+\.\d+(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
/** A commit, or a build's number or date. */
const build = /^(?:[0-9a-f]{7,40}|\d{4,}|sha-[0-9a-f]{7,40}|(?:build|r|b)[-.]?\d+|v?\d+)$/;

/** Whether a semver policy can compare the tag. */
export function isVersion(tag: string): boolean {
  return version.test(tag);
}

/** Whether a tag looks like one that never moves: a version, a commit, a build. `7.4-alpine` does; `stable` and `dev-staging` do not. */
export function looksFixed(tag: string): boolean {
  return isVersion(tag) || build.test(tag) || /^v?\d+(?:\.\d+)*(?:[-_.+].*)?$/.test(tag);
}
