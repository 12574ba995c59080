import { KeelsonError } from '@keelson/core';

/** One variable that is wrong. */
export interface ConfigProblem {
  readonly variable: string;
  /** The variable, its value (never of a secret), and what is allowed. */
  readonly message: string;
}

/** The environment has wrong settings. Never retryable: a variable must be changed first. The message has one line for each. */
export class ConfigError extends KeelsonError<'config-invalid'> {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'), { code: 'config-invalid', retryable: false });
    this.problems = problems;
  }
}
