import { closestMatch } from 'leven';
import type { ConfigWarning } from './config.ts';

/**
 * The variables that Kubernetes sets in every container of a namespace with a Service named `keelson` or `keelson-…`:
 * KEELSON_SERVICE_HOST, KEELSON_PORT, KEELSON_PORT_8080_TCP_ADDR … There is no warning about these.
 */
const serviceLink = /_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;

/** A warning for each `KEELSON_…` variable that is not a setting, with the setting that was probably meant. */
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

/** The setting that was probably meant: REDIS_URL by KEELSON_REDIS_URL, else one that goes on like it, else one that differs in at most four letters. */
function nearest(variable: string, known: readonly string[]): string | undefined {
  const bare = variable.replace('KEELSON_', '');
  if (known.includes(bare)) return bare;
  return known.find((name) => name.startsWith(`${variable}_`)) ?? closestMatch(variable, known, { maxDistance: 4 });
}
