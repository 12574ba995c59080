import { KeelsonError } from '@keelson/core';

/** The folder is not a repository with manifests, so nothing could be read. Never retryable. Not thrown for a mistake in a manifest: that is a finding. */
export class LintError extends KeelsonError<'not-a-repository'> {
  override readonly name = 'LintError';

  constructor(message: string) {
    super(message, { code: 'not-a-repository', retryable: false });
  }
}
