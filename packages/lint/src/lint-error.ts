/** The check could not be run at all. The message is a sentence for people. */
export class LintError extends Error {
  override readonly name = 'LintError';
}
