/** Masterminds/semver as Keel and Flux use it: two or three numbers, a `v` before, anything after a dash or a plus. */
const version = /^v?\d+\.\d+(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
/** A commit, or a build's number or date. */
const build = /^(?:[0-9a-f]{7,40}|\d{4,}|sha-[0-9a-f]{7,40}|(?:build|r|b)[-.]?\d+|v?\d+)$/;

/** A version that a semver policy can compare. */
export function isVersion(tag: string): boolean {
  return version.test(tag);
}

/** True for a tag whose looks promise that it stays: a version, a commit, a build. `7.4-alpine` counts; `stable`, `dev-staging` do not. */
export function looksFixed(tag: string): boolean {
  return isVersion(tag) || build.test(tag) || /^v?\d+(?:\.\d+)*(?:[-_.+].*)?$/.test(tag);
}
