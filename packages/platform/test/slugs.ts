const a = (count: number) => 'a'.repeat(count);

/** Names of branches, and what GitLab makes of them in CI_COMMIT_REF_SLUG: by the table of its own tests, then by its rule. */
export const slugs: readonly [name: string, slug: string][] = [
  ['TEST', 'test'],
  ['project_with_underscores', 'project-with-underscores'],
  ['namespace/project', 'namespace-project'],
  [a(70), a(63)],
  ['test_trailing_', 'test-trailing'],
  ['17.9', '17-9'],
  ['feature/JIRA-123_foo', 'feature-jira-123-foo'],
  ['feature/Some_Thing', 'feature-some-thing'],
  ['feature//x', 'feature--x'],
  ['--x--', 'x'],
  ['v17.2.0-rc42-ee', 'v17-2-0-rc42-ee'],
  // First the first 63, then the dashes at both ends.
  [`${a(62)}/b`, a(62)],
  [`-${a(70)}`, a(62)],
  // A dash for each character, and not for each byte.
  ['é-x', 'x'],
  ['fix/😀/y', 'fix---y'],
  ['___', ''],
];
