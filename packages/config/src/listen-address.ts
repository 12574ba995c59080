import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** Where a server listens. */
export interface ListenAddress {
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string;
  /** 0 to 65535; 0 takes any free port. */
  readonly port: number;
}

const form = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:[\]\s/]+)):(?<port>\d{1,5})$/;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** `host:port` or `[ipv6]:port`. */
export const listenAddress = z.string().transform((text, context): ListenAddress => {
  const { v6, host = v6, port } = form.exec(text)?.groups ?? {};
  const address = { host: host ?? '', port: Number(port) };
  if (address.host && address.port <= 65_535 && (v6 === undefined || isIP(v6) === 6)) return address;
  context.addIssue('not a listen address');
  return z.NEVER;
});

/**
 * Whether only this machine can reach a host: a name, or an IP address without brackets.
 * Of names only `localhost` counts: access without a token must not depend on how a name resolves. The registry client has a list of its own,
 * with `*.localhost` in it, on purpose.
 */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host === 'localhost';
  return loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
