/** The logger that this package needs, in pino's shape. */
export interface KubeLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const silent: KubeLog = {
  info: () => undefined,
  warn: () => undefined,
};
