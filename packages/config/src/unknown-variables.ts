import { closestMatch } from 'leven';
import type { ConfigWarning } from './config.ts';

/**
 * What Kubernetes puts into every container of a namespace that has a Service named `keelson` or `keelson-…`:
 * KEELSON_SERVICE_HOST, KEELSON_PORT, KEELSON_PORT_8080_TCP_ADDR … Nobody wrote these, so nobody is warned.
 */
const serviceLink = /_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;

/** A warning for each `KEELSON_…` variable that is no setting, with the setting that was probably meant. */
export function unknownVariables(names: readonly string[], known: readonly string[]): ConfigWarning[] {
  return names
    .filter((name) => name.startsWith('KEELSON_') && !known.includes(name) && !serviceLink.test(name))
    .sort()
    .map((variable) => {
      const meant = nearest(variable, known);
      const ignored = `${variable} is not a setting of Keelson and is ignored`;
      return meant === undefined
        ? { variable, message: `${ignored}.` }
        : { variable, meant, message: `${ignored}; ${meant} was probably meant.` };
    });
}

/** KEELSON_REDIS_URL is meant for REDIS_URL; anything else is at most four letters away from what was meant. */
function nearest(variable: string, known: readonly string[]): string | undefined {
  const bare = variable.replace('KEELSON_', '');
  return known.includes(bare) ? bare : closestMatch(variable, known, { maxDistance: 4 });
}
