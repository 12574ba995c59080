export interface ConfigProblem {
  readonly variable: string;
  /** One sentence: the variable, what was read (never a secret's value), what is allowed. */
  readonly message: string;
}

/** The environment cannot be used as it is. Yours to mend: trying again does not help. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config-invalid';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}
