/** An image name as a container runtime parses it. Not `packages/image`: the code under test must not share its mistakes with the simulator. */
export interface ImageName {
  readonly host: string;
  readonly repository: string;
  /** The reference in the request to the registry: the digest when there is one, else the tag. */
  readonly reference: string;
  readonly digest: string | undefined;
  /** With host and tag written out. */
  readonly full: string;
}

export function parseImageName(image: string): ImageName {
  const [name = '', digest] = image.split('@');
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  const path = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  const first = path.split('/')[0] ?? '';
  const hosted = path.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const host = hosted ? first : 'docker.io';
  const below = hosted ? path.slice(first.length + 1) : path;
  const repository = host === 'docker.io' && !below.includes('/') ? `library/${below}` : below;
  const reference = digest ?? tag ?? 'latest';
  const written = tag === undefined && digest !== undefined ? '' : `:${tag ?? 'latest'}`;
  return {
    host,
    repository,
    reference,
    digest,
    full: `${host}/${repository}${written}${digest === undefined ? '' : `@${digest}`}`,
  };
}
