import { failed } from '../errors.ts';
import { mayFollow } from './addresses.ts';
import type { HttpRequest, HttpResponse } from './types.ts';

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/**
 * Sends a request and follows redirects. Credentials go to the first origin only. Errors name the target of a redirect by its host only,
 * since storage signs its URLs.
 *
 * @throws RegistryError of code `protocol` where a redirect must not be followed, and whatever `send` throws
 */
export async function follow(
  request: HttpRequest,
  send: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let current = request;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const response = await send(current);
    const { location } = response.headers;
    if (response.status === 401 && current.url.origin !== request.url.origin) {
      // Its challenge would name a realm that the registry did not.
      throw failed('protocol', request, `it redirects to ${current.url.host}, which demands credentials of its own`);
    }
    if (!redirects.has(response.status) || location === undefined) return response;
    const next = URL.parse(location, current.url.href);
    if (next === null || !mayFollow(current.url, next)) {
      throw failed('protocol', request, `it redirects to ${next?.host ?? 'no URL'}, which is not allowed`);
    }
    const { authorization: _, ...others } = current.headers;
    current = { ...current, url: next, headers: next.origin === current.url.origin ? current.headers : others };
  }
  throw failed('protocol', request, `it redirects more than ${mostRedirects} times`);
}
