import { matchesGlob } from 'node:path';
import { z } from 'zod';

const manager = z.looseObject({ managerFilePatterns: z.array(z.string()) });

/** What of renovate.json is tested here; `renovate-config-validator` holds the whole to Renovate's schema, in a job of CI. */
export const renovateConfig = z.looseObject({
  customManagers: z.array(manager.extend({ description: z.string(), matchStrings: z.array(z.string()) })),
  packageRules: z.array(
    z.looseObject({ matchPackageNames: z.array(z.string()).exactOptional(), enabled: z.boolean().exactOptional() }),
  ),
});
export type RenovateConfig = z.infer<typeof renovateConfig>;

/** The managers that read a file by the patterns of this configuration; Renovate has patterns of its own beside. */
export function managersOf(file: string, config: RenovateConfig): string[] {
  const configured = Object.entries(config).flatMap(([name, value]) => {
    const { managerFilePatterns = [] } = manager.safeParse(value).data ?? {};
    return managerFilePatterns.some((pattern) => matches(file, pattern)) ? [name] : [];
  });
  const custom = config.customManagers.some((each) =>
    each.managerFilePatterns.some((pattern) => matches(file, pattern)),
  );
  return [...configured, ...(custom ? ['custom'] : [])];
}

/** Renovate's `matchRegexOrGlob`: /a regular expression/, or a glob. */
function matches(text: string, pattern: string): boolean {
  const regex = /^\/(.+)\/(i?)$/.exec(pattern);
  return regex ? new RegExp(regex[1] ?? '', regex[2]).test(text) : matchesGlob(text, pattern);
}

/** Of several patterns those that begin with `!` must all fail, and one of the others has to match. */
function matchesSome(text: string, patterns: readonly string[]): boolean {
  const [not, wanted] = [true, false].map((isNot) => patterns.filter((each) => each.startsWith('!') === isNot));
  return (
    wanted?.some((pattern) => matches(text, pattern)) === true &&
    not?.some((pattern) => matches(text, pattern.slice(1))) === false
  );
}

/** Whether the last rule that says anything about an image disables it. */
export function isDisabled(image: string, { packageRules }: RenovateConfig): boolean {
  const rules = packageRules.filter(
    ({ matchPackageNames, enabled }) =>
      enabled !== undefined && matchPackageNames !== undefined && matchesSome(image, matchPackageNames),
  );
  return rules.at(-1)?.enabled === false;
}
