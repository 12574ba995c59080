/** A Service and its port, as a text names them. */
export interface NamedService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

const NAME = '[a-z](?:[-a-z0-9]*[a-z0-9])?';
/** `NAME:PORT`, `NAME.NAMESPACE:PORT`, and with `.svc` or `.svc.cluster.local`: at the beginning of a word, as a URL or a list has it. */
const PLACE = new RegExp(`(?<![-.\\w])(${NAME})(?:\\.(${NAME}))?(?:\\.svc(?:\\.cluster\\.local)?)?:(\\d+)(?!\\d)`, 'g');

/**
 * Puts what `place` answers for each `NAME:PORT` of a text; undefined leaves it as it is.
 *
 * @param namespace - of names that have none
 */
export function replaceServices(
  text: string,
  namespace: string,
  place: (service: NamedService) => string | undefined,
): string {
  return text.replace(PLACE, (written, name: string, other: string | undefined, port: string) => {
    const short = other === 'svc' ? undefined : other;
    return place({ namespace: short ?? namespace, name, port: Number(port) }) ?? written;
  });
}
