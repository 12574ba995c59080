import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');

/** Link-local addresses, where clouds have their metadata services, those of them that are elsewhere, and "this host" itself. */
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('0.0.0.0', 8, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addAddress('::', 'ipv6');
linkLocal.addSubnet('fd00:ec2::', 32, 'ipv6');
linkLocal.addSubnet('fd00:c1::', 32, 'ipv6');
linkLocal.addSubnet('fd20:ce::', 32, 'ipv6');
linkLocal.addAddress('100.100.100.200', 'ipv4');
linkLocal.addAddress('168.63.129.16', 'ipv4');
linkLocal.addAddress('192.0.0.192', 'ipv4');

/** Prefixes of IPv6 addresses that hold one of IPv4 at their end: mapped, compatible, and translated (RFC 6052, RFC 8215, RFC 7915). */
const embedding = new BlockList();
for (const prefix of ['::ffff:0:0', '::', '64:ff9b::', '::ffff:0:0:0']) embedding.addSubnet(prefix, 96, 'ipv6');
embedding.addSubnet('64:ff9b:1::', 48, 'ipv6');
/** 6to4 (RFC 3056) has it after its first group. */
const sixToFour = /^2002:/;

/** Whether an address, as a connection is made to it, is one of this machine or of its link: no registry is there that was not declared. */
export function isLocal(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  return [bare, ...embeddedIn(bare)].some((one) => contains(loopback, one) || contains(linkLocal, one));
}

function embeddedIn(address: string): string[] {
  if (isIP(address) !== 6) return [];
  // A URL writes all addresses alike: the last two groups are those of IPv4.
  const alike = (URL.parse(`http://[${address}]`)?.hostname ?? '').replace(/^\[|\]$/g, '');
  if (!sixToFour.test(alike) && !embedding.check(address, 'ipv6')) return [];
  const groups = alike.split(':');
  const [high = 0, low = 0] = (sixToFour.test(alike) ? groups.slice(1, 3) : groups.slice(-2)).map((group) =>
    Number.parseInt(group || '0', 16),
  );
  return [[high >> 8, high & 255, low >> 8, low & 255].join('.')];
}

/**
 * Whether a URL's hostname names this machine: `localhost`, any name below it (RFC 6761), or an address in any notation. Wider on purpose than
 * `isLoopback` of packages/config, which decides who needs no token and takes no name but `localhost`.
 */
export function isLoopback(hostname: string): boolean {
  return /(?:^|\.)localhost$/i.test(hostname) || contains(loopback, hostname);
}

/**
 * Whether a redirect or a realm may lead from one URL to another: over TLS, or over plain HTTP where the first one uses it too; and never to
 * loopback or link-local addresses, unless the first one is there too.
 */
export function mayFollow(from: URL, to: URL): boolean {
  if (to.protocol !== 'https:' && !(to.protocol === 'http:' && from.protocol === 'http:')) return false;
  if (isLoopback(to.hostname)) return isLoopback(from.hostname);
  return !contains(linkLocal, to.hostname) || to.hostname === from.hostname;
}

function contains(list: BlockList, hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
