import { badRequest, cause, invalidOptions, tooLargeVersion } from '../api-error.ts';

/** A number of a query; undefined when absent. Throws 400 as strconv would. */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** `true` and `1` are true. */
export function flagIn(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name);
  return text === null ? undefined : text === 'true' || text === '1';
}

/** resourceVersion as a number; undefined when unset. Throws 400 when it is none. */
export function versionIn(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion');
  if (text === null || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const why = `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw badRequest(`invalid resource version: resourceVersion: ${why}`);
}

export function refuseFuture(version: number | undefined, current: number): void {
  if (version !== undefined && version > current) throw tooLargeVersion(version, current);
}

/** resourceVersionMatch with its rules (apimachinery, ValidateListOptions). */
export function versionMatch(
  query: URLSearchParams,
  version: number | undefined,
): 'Exact' | 'NotOlderThan' | undefined {
  const match = query.get('resourceVersionMatch');
  if (match === null || match === '') return undefined;
  const field = 'resourceVersionMatch';
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    const supported = ['Exact', 'NotOlderThan', ''];
    throw invalidOptions('ListOptions', cause.unsupported(field, match, supported));
  }
  if (version === undefined) {
    const why = 'resourceVersionMatch is forbidden unless resourceVersion is provided';
    throw invalidOptions('ListOptions', cause.forbidden(field, why));
  }
  if (match === 'Exact' && version === 0) {
    const why = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"';
    throw invalidOptions('ListOptions', cause.forbidden(field, why));
  }
  return match;
}

/** dryRun=All, or nothing. */
export function dryRunIn(query: URLSearchParams, options: 'PatchOptions' | 'CreateOptions' | 'UpdateOptions'): boolean {
  const values = query.getAll('dryRun');
  if (values.length === 0) return false;
  if (values.every((value) => value === 'All')) return true;
  throw invalidOptions(options, cause.unsupported('dryRun', values, ['All']));
}
