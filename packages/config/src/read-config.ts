import type { Config } from './config.ts';
import type { ConfigProblem } from './config-error.ts';
import { ConfigError } from './config-error.ts';
import { isLoopback } from './listen-address.ts';
import type { SettingName } from './settings.ts';
import { secrets, settings, variables } from './settings.ts';
import { unknownVariables } from './unknown-variables.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const names = settings.keyof().options;

/**
 * Reads the settings from the environment: the one place that does. A variable that is empty or blank counts as not set.
 *
 * @throws ConfigError with one problem for each variable that is wrong; none repeats a secret.
 */
export function readConfig(environment: Environment = process.env): Config {
  const texts = readTexts(environment);
  const parsed = settings.safeParse(texts);
  if (!parsed.success) {
    const wrong = new Set(parsed.error.issues.map((issue) => issue.path[0]));
    throw new ConfigError(names.filter((name) => wrong.has(name)).map((name) => problemWith(name, texts[name])));
  }

  const { retentionCount, retentionDays, ...rest } = parsed.data;
  const retention = { count: retentionCount, days: retentionDays };
  const warnings = unknownVariables(Object.keys(environment), Object.values(variables));
  const config = { ...rest, retention, warnings } satisfies Config;
  const hasTokens = config.token !== undefined || config.tokens !== undefined;
  if (!hasTokens && !isLoopback(config.listen.host)) throw new ConfigError([tokenNeeded(config)]);
  return config;
}

function readTexts(environment: Environment): Partial<Record<SettingName, string>> {
  const texts: Partial<Record<SettingName, string>> = {};
  for (const name of names) {
    const text = environment[variables[name]]?.trim();
    if (text) texts[name] = text;
  }
  return texts;
}

function problemWith(name: SettingName, text = ''): ConfigProblem {
  const variable = variables[name];
  const value = secrets.has(name) ? 'set to something else (not shown, it is a secret)' : JSON.stringify(text);
  return { variable, message: `${variable} is ${value}; it must be ${settings.shape[name].description}.` };
}

function tokenNeeded({ listen }: Pick<Config, 'listen'>): ConfigProblem {
  return {
    variable: variables.token,
    message: `${variables.token} is not set; it must be, because ${variables.listen} is ${listen.host}, which other machines can reach.`,
  };
}
