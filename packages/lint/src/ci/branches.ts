import { fields, list, text } from '@keelson/kube/fields';

/** The branches on which a job runs, as far as its rules compare the branch with a name. */
export interface Branches {
  /** Only this one. */
  readonly only?: string;
  /** Never these. */
  readonly not: readonly string[];
}

const comparison =
  /^\s*"?\$\{?(?:CI_COMMIT_BRANCH|CI_COMMIT_REF_NAME)\}?"?\s*(==|!=)\s*(?:(["'])([^"']+)\2|\$\{?CI_DEFAULT_BRANCH\}?)\s*$/;

/**
 * The branches of each rule by which a job may run; without rules, one entry without limits. Of `$A == 'x' && …` only comparisons of the branch
 * are read; a condition with `||` limits nothing, so that no push is missed.
 */
export function branchesOf(rules: unknown): readonly { readonly branches: Branches; readonly variables: unknown }[] {
  const entries = list(rules).map(fields);
  if (entries.length === 0) return [{ branches: { not: [] }, variables: undefined }];
  const never: string[] = [];
  const found: { readonly branches: Branches; readonly variables: unknown }[] = [];
  for (const rule of entries) {
    const condition = text(rule['if']);
    const read = condition === undefined || condition.includes('||') ? { not: [] } : readCondition(condition);
    if (rule['when'] === 'never') {
      // Only a plain `branch == name` certainly keeps a branch from the rules after it.
      const plain = rule['changes'] === undefined && condition !== undefined && comparison.test(condition);
      if (plain && read.only !== undefined) never.push(read.only);
      continue;
    }
    found.push({ branches: { ...read, not: [...read.not, ...never] }, variables: rule['variables'] });
  }
  return found;
}

function readCondition(condition: string): Branches {
  const not: string[] = [];
  let only: string | undefined;
  for (const part of condition.split('&&')) {
    const [, operator, , name = 'main'] = comparison.exec(part) ?? [];
    if (operator === '==') only = name;
    else if (operator === '!=') not.push(name);
  }
  return only === undefined ? { not } : { only, not };
}

/** CI_COMMIT_REF_SLUG of a branch, as GitLab builds it: other characters become dashes, 63 characters at most, then no dash at either end. */
export function slugOf(branch: string): string {
  return branch
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/gu, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
}
