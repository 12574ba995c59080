import type { RequestSubject } from '../errors.ts';
import { failed, failedElsewhere, RegistryError } from '../errors.ts';
import { mayFollow } from './addresses.ts';
import type { HttpRequest, HttpResponse } from './types.ts';

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/**
 * Sends a request and follows redirects. Credentials go to the first origin only. Errors name the target of a redirect by its host only,
 * since storage signs its URLs.
 *
 * @throws RegistryError of code `protocol` where a redirect must not be followed, with extent `elsewhere` where its target fails, and whatever
 * `send` throws
 */
export async function follow(
  request: HttpRequest,
  send: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const unanswered = { unanswered: request.method };
  let current = request;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const away = current.url.origin !== request.url.origin;
    const response = await (away ? sendElsewhere(request, current, send) : send(current));
    const { location } = response.headers;
    if (!redirects.has(response.status) || location === undefined) return response;
    const next = URL.parse(location, current.url.href);
    if (next === null || !mayFollow(current.url, next)) {
      throw failed('protocol', request, `it redirects to ${next?.host ?? 'no URL'}, which is not allowed`, unanswered);
    }
    const { authorization: _, ...others } = current.headers;
    current = { ...current, url: next, headers: next.origin === current.url.origin ? current.headers : others };
  }
  throw failed('protocol', request, `it redirects more than ${mostRedirects} times`, unanswered);
}

/** A registry that redirects to its storage has answered: what goes wrong there says nothing about the registry. */
async function sendElsewhere(
  about: RequestSubject,
  request: HttpRequest,
  send: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const { host } = request.url;
  const extent = 'elsewhere';
  let response: HttpResponse;
  try {
    response = await send(request);
  } catch (error) {
    if (!(error instanceof RegistryError) || request.signal?.aborted) throw error;
    throw failedElsewhere(error, about.host, host);
  }
  const { status } = response;
  if (status < 400) return response;
  if (status === 401) {
    // Its challenge would name a realm that the registry did not.
    const problem = `it redirects to ${host}, which demands credentials of its own`;
    throw failed('protocol', about, problem, { extent, unanswered: request.method });
  }
  const code = status === 404 ? 'not-found' : 'unavailable';
  throw failed(code, about, `it redirects to ${host}, which answered ${status}`, {
    extent,
    unanswered: request.method,
  });
}
