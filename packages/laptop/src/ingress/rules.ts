import type { KubeObject } from '@keelson/simulator';
import { z } from 'zod';

const ingress = z.looseObject({
  spec: z
    .looseObject({
      rules: z
        .array(
          z.looseObject({
            host: z.string().default('*'),
            http: z
              .looseObject({
                paths: z.array(
                  z.looseObject({
                    path: z.string().default('/'),
                    pathType: z.string().default('Prefix'),
                    backend: z.looseObject({
                      service: z
                        .looseObject({
                          name: z.string(),
                          port: z
                            .looseObject({ number: z.number().optional(), name: z.string().optional() })
                            .default({}),
                        })
                        .optional(),
                    }),
                  }),
                ),
              })
              .optional(),
          }),
        )
        .default([]),
    })
    .default({ rules: [] }),
});

/** Where one path of one host leads. */
export interface Rule {
  /** `*`: any. */
  readonly host: string;
  readonly path: string;
  readonly exact: boolean;
  readonly namespace: string;
  readonly service: string;
  /** Of the service, by number or name; undefined: its first. */
  readonly port: number | string | undefined;
}

/** The rules of all Ingresses, of each host those first that say more of the path. Backends that are no services are left out. */
export function rulesOf(ingresses: readonly KubeObject[]): Rule[] {
  const rules = ingresses.flatMap((object) => {
    const { namespace = 'default' } = object.metadata;
    // one that is not well-formed leads nowhere; its neighbours do
    return (ingress.safeParse(object).data?.spec.rules ?? []).flatMap(({ host, http }) =>
      (http?.paths ?? []).flatMap(({ path, pathType, backend: { service } }) => {
        if (service === undefined) return [];
        const { name, port } = service;
        const exact = pathType === 'Exact';
        return [{ host, path, exact, namespace, service: name, port: port.number ?? port.name }];
      }),
    );
  });
  return rules.sort((a, b) => Number(b.exact) - Number(a.exact) || b.path.length - a.path.length);
}

/** Whether a rule is for that path: a prefix by whole parts, as Ingress counts. */
export function matchesPath({ path, exact }: Pick<Rule, 'path' | 'exact'>, asked: string): boolean {
  if (exact) return asked === path;
  const prefix = path.replace(/\/$/, '');
  return asked === prefix || asked.startsWith(`${prefix}/`);
}
