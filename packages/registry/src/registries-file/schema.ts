import { z } from 'zod';

const text = z.string().min(1);

/** The keys that are honoured; K3s has more, and what is not read here is no mistake. */
export const registriesSchema = z.object({
  mirrors: z
    .record(
      text,
      z
        .object({
          endpoint: z.array(text).nullish(),
          rewrite: z.record(text, z.string()).nullish(),
        })
        .nullable(),
    )
    .nullish(),
  configs: z
    .record(
      text,
      z
        .object({
          auth: z
            .object({
              username: z.string().nullish(),
              password: z.string().nullish(),
              auth: z.string().nullish(),
              identity_token: z.string().nullish(),
            })
            .nullish(),
          tls: z
            .object({
              ca_file: z.string().nullish(),
              insecure_skip_verify: z.boolean().nullish(),
            })
            .nullish(),
        })
        .nullable(),
    )
    .nullish(),
});

export type RegistriesFile = z.infer<typeof registriesSchema>;
