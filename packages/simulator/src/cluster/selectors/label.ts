import { badRequest } from '../api-error.ts';
import { fieldsOf, isFields, listOf } from '../json.ts';

/** One requirement of a label selector, or of a LabelSelector's expressions. */
interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'absent';
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;
export type Matcher = (labels: Labels) => boolean;

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels[key];
  if (operator === 'exists') return value !== undefined;
  if (operator === 'absent') return value === undefined;
  if (operator === 'in') return value !== undefined && values.includes(value);
  return value === undefined || !values.includes(value);
}

const key = '[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?';
const setRequirement = new RegExp(String.raw`^(${key})\s+(in|notin)\s*\(([^)]*)\)$`);
const equal = new RegExp(String.raw`^(${key})\s*(==|=|!=)\s*([A-Za-z0-9._-]*)$`);
const existsRequirement = new RegExp(String.raw`^(!?)\s*(${key})$`);

function requirement(text: string): Requirement {
  const set = setRequirement.exec(text);
  if (set) {
    const values = (set[4] ?? '').split(',').map((value) => value.trim());
    return { key: set[1] ?? '', operator: set[3] === 'in' ? 'in' : 'notin', values };
  }
  const equality = equal.exec(text);
  if (equality) {
    return { key: equality[1] ?? '', operator: equality[3] === '!=' ? 'notin' : 'in', values: [equality[4] ?? ''] };
  }
  const bare = existsRequirement.exec(text);
  if (bare) return { key: bare[2] ?? '', operator: bare[1] === '!' ? 'absent' : 'exists', values: [] };
  throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
}

/** Reads `a=b,c!=d,e in (f,g),h,!i`. Throws 400 for what is none of it. */
export function labelSelector(text: string): Matcher | undefined {
  if (text.trim() === '') return undefined;
  const parts = text.split(/,(?![^(]*\))/).map((part) => requirement(part.trim()));
  return (labels) => parts.every((part) => holds(part, labels));
}

const operators: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: 'absent',
};

/** metav1.LabelSelector: matchLabels and matchExpressions, all of them. */
export function matchesSelector(selector: unknown, labels: Labels): boolean {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  const pairs = Object.entries(fieldsOf(matchLabels)).every(([key, value]) => labels[key] === value);
  return pairs && listOf(matchExpressions).every((each) => isFields(each) && expression(each, labels));
}

function expression(each: Readonly<Record<string, unknown>>, labels: Labels): boolean {
  const operator = operators[String(each['operator'])];
  return (
    operator !== undefined &&
    holds({ key: String(each['key']), operator, values: listOf(each['values']).map(String) }, labels)
  );
}
