import { randomBytes } from 'node:crypto';
import type { PushTarget } from '@keelson/simulator';
import { pushImage } from '@keelson/simulator';

/** Pushes an image that nobody has pushed before. Returns its digest. */
export async function pushNew(
  to: PushTarget,
  repository: string,
  tag: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<string> {
  const unique = { ...labels, build: randomBytes(6).toString('hex') };
  return (await pushImage(to, repository, tag, { labels: unique })).digest;
}
