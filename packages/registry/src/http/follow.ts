import { failed } from '../errors.ts';
import { mayFollow } from './addresses.ts';
import type { Answer, Request } from './exchange.ts';

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/**
 * Sends a request and goes where redirects lead. Credentials stay with the origin that was asked; where a redirect leads is told in errors
 * by its host only, since storage signs its URLs.
 *
 * @throws RegistryError of code `protocol` where a redirect must not be followed, and whatever `send` throws
 */
export async function follow(request: Request, send: (request: Request) => Promise<Answer>): Promise<Answer> {
  let current = request;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const answer = await send(current);
    const { location } = answer.headers;
    if (answer.status === 401 && current.url.origin !== request.url.origin) {
      // Its challenge would name a realm that the registry did not.
      throw failed('protocol', request, `it redirects to ${current.url.host}, which asks for credentials of its own`);
    }
    if (!redirects.has(answer.status) || location === undefined) return answer;
    const next = URL.parse(location, current.url.href);
    if (next === null || !mayFollow(current.url, next)) {
      throw failed('protocol', request, `it redirects to ${next?.host ?? 'no URL'}, where no registry may send us`);
    }
    const { authorization: _, ...others } = current.headers;
    current = { ...current, url: next, headers: next.origin === current.url.origin ? current.headers : others };
  }
  throw failed('protocol', request, `it redirects more than ${mostRedirects} times`);
}
