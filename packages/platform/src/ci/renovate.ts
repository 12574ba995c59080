import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, matchesGlob } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const require = createRequire(import.meta.url);
/** Renovate's own folder, of which only the schema and tables of plain values are read: it is installed without what it runs on. */
const renovate = dirname(require.resolve('renovate/package.json'));

const manager = z.looseObject({ managerFilePatterns: z.array(z.string()) });
const managerDefaults = z.looseObject({
  managerFilePatterns: z.array(z.string()).default([]),
  enabled: z.boolean().default(true),
});
const defaults = z.object({ managerDefaultConfigs: z.record(z.string(), managerDefaults) });

/** What of renovate.json the tests go by. */
export const renovateConfig = z.looseObject({
  extends: z.array(z.string()),
  customManagers: z.array(manager.extend({ matchStrings: z.array(z.string()) })),
  packageRules: z.array(
    z.looseObject({ matchPackageNames: z.array(z.string()).exactOptional(), enabled: z.boolean().exactOptional() }),
  ),
});
export type RenovateConfig = z.infer<typeof renovateConfig>;

async function load(path: string): Promise<unknown> {
  return import(pathToFileURL(join(renovate, path)).href);
}

/** The JSON schema of a configuration. */
export async function renovateSchema(): Promise<Record<string, unknown>> {
  return z.looseObject({}).parse(JSON.parse(await readFile(join(renovate, 'renovate-schema.json'), 'utf8')));
}

const properties = z.object({ properties: z.record(z.string(), z.unknown()) });
const schemaParts = properties.extend({
  definitions: z.object({ packageRules: z.object({ items: z.object({ allOf: z.array(properties) }) }) }),
});

/** The names of all options, and of those that only a rule for packages may have. */
export async function renovateOptions(): Promise<{ options: string[]; inRules: string[] }> {
  const schema = schemaParts.parse(await renovateSchema());
  const rules = schema.definitions.packageRules.items.allOf;
  return { options: Object.keys(schema.properties), inRules: rules.flatMap((part) => Object.keys(part.properties)) };
}

/** Whether Renovate knows a preset such as `config:recommended`. */
export async function knowsPreset(name: string): Promise<boolean> {
  const [group, preset = ''] = name.split(':');
  const path = `dist/config/presets/internal/${group || 'default'}.preset.js`;
  const { presets } = z.object({ presets: z.record(z.string(), z.unknown()) }).parse(await load(path));
  return Object.hasOwn(presets, preset);
}

/** The managers that read a file: Renovate's own patterns, with those of the configuration added. */
export async function managersOf(file: string, config: RenovateConfig): Promise<string[]> {
  const { managerDefaultConfigs } = defaults.parse(await load('dist/manager-default-configs.generated.js'));
  const own = Object.entries(managerDefaultConfigs).filter(([name, { managerFilePatterns, enabled }]) => {
    const added = manager.safeParse(config[name]).data?.managerFilePatterns ?? [];
    return enabled && [...managerFilePatterns, ...added].some((pattern) => matches(file, pattern));
  });
  const custom = config.customManagers.some((each) =>
    each.managerFilePatterns.some((pattern) => matches(file, pattern)),
  );
  return [...own.map(([name]) => name), ...(custom ? ['custom'] : [])];
}

/** Renovate's `matchRegexOrGlob`: /a regular expression/, or a glob. */
function matches(text: string, pattern: string): boolean {
  const regex = /^\/(.+)\/(i?)$/.exec(pattern);
  return regex ? new RegExp(regex[1] ?? '', regex[2]).test(text) : matchesGlob(text, pattern);
}

/** Whether an image is left alone: by the last rule that says anything about it. */
export function isLeftAlone(image: string, { packageRules }: RenovateConfig): boolean {
  const said = packageRules.filter(
    ({ matchPackageNames, enabled }) =>
      enabled !== undefined && matchPackageNames?.some((pattern) => matches(image, pattern)),
  );
  return said.at(-1)?.enabled === false;
}
