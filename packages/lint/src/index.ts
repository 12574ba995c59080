export { readCluster, secretStates } from './cluster/read-cluster.ts';
export { LintError } from './lint-error.ts';
export { secretsOf } from './model/secrets.ts';
export type { Reader, RuleOptions, SecretState, Subject } from './model/subject.ts';
export type { LintedWorkload } from './model/workload.ts';
export { type ReadResult, type RepositoryOptions, readRepository } from './read-repository.ts';
export { makeReport, nameOf } from './report/make-report.ts';
export { atLeast, type Finding, type Report, reportSchema, type Severity, severities } from './report/schema.ts';
export { secretCommand } from './rules/secrets.ts';
