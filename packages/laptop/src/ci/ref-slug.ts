/** GitLab's CI_COMMIT_REF_SLUG: lower case, other than 0-9 and a-z become `-`, at most 63 characters, no `-` at either end. */
export function refSlug(ref: string): string {
  return ref
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-')
    .slice(0, 63)
    .replace(/^-+/, '')
    .replace(/-+$/, '');
}
