import { createHash } from 'node:crypto';
import type { Digest } from '@keelson/image';

export function digestOf(content: Buffer): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
