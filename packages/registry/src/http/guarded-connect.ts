import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { isLocal } from './addresses.ts';

/** A host's address is one of this machine or of its link, and nobody declared the host. */
export class LocalAddressError extends Error {
  override readonly name = 'LocalAddressError';
  readonly address: string;

  constructor(address: string) {
    super(`${address} is an address of this machine or its link`);
    this.address = address;
  }
}

/** Connects to no address of this machine or its link. Judged is where the connection goes, however it was spelled and whatever its name meant before. */
export function guardedConnect(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: lookupElsewhere });
  return (target, callback) => {
    const address = target.hostname.replace(/^\[|\]$/g, '');
    // An address is not looked up.
    if (isIP(address) !== 0 && isLocal(address)) callback(new LocalAddressError(address), null);
    else connect(target, callback);
  };
}

const lookupElsewhere: LookupFunction = (hostname, options, callback): void => {
  dns.lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '', 0);
    const elsewhere = found.filter(({ address }) => !isLocal(address));
    const [first] = elsewhere;
    if (first === undefined) return callback(new LocalAddressError(found[0]?.address ?? hostname), '', 0);
    if (options.all) return callback(null, elsewhere);
    callback(null, first.address, first.family);
  });
};
