import { KeelsonError } from '@keelson/core';

export interface ConfigProblem {
  readonly variable: string;
  /** The variable, what was read (never a secret's value), what is allowed. */
  readonly message: string;
}

/** The environment cannot be used as it is. Never retryable: somebody must change a variable. */
export class ConfigError extends KeelsonError<'config-invalid'> {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'), { code: 'config-invalid', retryable: false });
    this.problems = problems;
  }
}
