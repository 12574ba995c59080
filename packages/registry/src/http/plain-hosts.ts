import { LRUCache } from 'lru-cache';
import type { Endpoint } from '../endpoints.ts';
import { RegistryError } from '../errors.ts';
import { codeOf, isCut, isNoHttp } from './explain-failure.ts';
import type { HttpResponse } from './types.ts';

/** In milliseconds: the registry on a port may be another one later. */
const rememberedMs = 600_000;

/** Failures of a certificate: who has one speaks TLS. */
const certificates = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)/;

/**
 * Registries on loopback are accessed over plain HTTP, as container runtimes do. Where one does not answer to that, TLS is tried, and
 * remembered where it speaks TLS.
 */
export class PlainHosts {
  /** Hosts that speak TLS, with the time until which that is remembered. */
  readonly #tls = new LRUCache<string, number>({ max: 1_000 });
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async withScheme(
    { host, base, guessed }: Endpoint,
    work: (base: string) => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    if (!guessed) return work(base);
    const overTls = base.replace(/^http:/, 'https:');
    if (this.#now() < (this.#tls.get(host) ?? 0)) return work(overTls);
    try {
      return await work(base);
    } catch (error) {
      if (!mayBeTls(error)) throw error;
      try {
        const response = await work(overTls);
        this.#tls.set(host, this.#now() + rememberedMs);
        return response;
      } catch (second) {
        if (!speaksTls(second)) throw error;
        this.#tls.set(host, this.#now() + rememberedMs);
        throw second;
      }
    }
  }
}

/** How servers that expect TLS end a plain request: they close the connection, send an alert, or answer 400. */
function mayBeTls(error: unknown): boolean {
  if (!(error instanceof RegistryError)) return false;
  return error.status === 400 || isCut(error.cause) || isNoHttp(error.cause);
}

/** Whether there was a response over TLS, or a certificate that is not trusted. */
function speaksTls(error: unknown): boolean {
  return error instanceof RegistryError && (error.status !== undefined || certificates.test(codeOf(error.cause)));
}
