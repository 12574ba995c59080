import { join } from 'node:path';
import { z } from 'zod';
import { root } from './files.ts';
import type { Place } from './place.ts';
import type { Push } from './repository.ts';

const list = z.string().transform((text): unknown => JSON.parse(text));
const plan = z.strictObject({
  apps: list.pipe(z.array(z.string())),
  images: list.pipe(z.array(z.strictObject({ name: z.string(), context: z.string(), dockerfile: z.string() }))),
  platform: z.enum(['true', 'false']),
  renovate: z.enum(['true', 'false']),
  slug: z.string(),
  tag: z.string(),
});

function script(name: string): string {
  return join(root, '.github/scripts', name);
}

/** What the plan job of .github/workflows/apps.yml puts out for a push: of its branch, else of the git tag that it made. */
export async function planOf(place: Place, push: Push, gitTag?: string) {
  const ref = gitTag === undefined ? `refs/heads/${push.branch}` : `refs/tags/${gitTag}`;
  const lines = await place.run(script('plan.sh'), ref, push.before, push.after);
  const outputs = lines.trim().split('\n');
  return plan.parse(
    Object.fromEntries(outputs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])),
  );
}

export async function slugOf(place: Place, name: string): Promise<string> {
  return (await place.run(script('slug.sh'), name)).replace(/\n$/, '');
}
