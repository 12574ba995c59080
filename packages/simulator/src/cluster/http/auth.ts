import { ApiError, anonymousForbidden, unauthorized } from '../api-error.ts';
import { route } from './route.ts';

const open = new Set(['/version', '/readyz', '/livez', '/healthz']);

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Throws 401 for a wrong token; without any, 403, except where the real server accepts anybody. */
export function authorize(header: string | undefined, tokens: ReadonlySet<string>, method: string, path: string): void {
  if (header !== undefined) {
    const token = /^Bearer (.+)$/i.exec(header)?.[1];
    if (token !== undefined && tokens.has(token)) return;
    throw unauthorized();
  }
  if (open.has(path)) return;
  const found = route(path);
  if (found === undefined) {
    const message = `forbidden: User "system:anonymous" cannot ${method.toLowerCase()} path "${path}"`;
    throw new ApiError(403, 'Forbidden', message, {});
  }
  const reading = found.name === undefined ? 'list' : 'get';
  throw anonymousForbidden(verbs[method] ?? reading, found.kind.plural, found.kind.group, found.namespace);
}
