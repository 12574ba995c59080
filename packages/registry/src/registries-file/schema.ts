import { z } from 'zod';

const text = z.string().min(1);

const mirror = z.object({
  endpoint: z.array(text).nullish(),
  rewrite: z.record(text, z.string()).nullish(),
});

const auth = z.object({
  username: z.string().nullish(),
  password: z.string().nullish(),
  auth: z.string().nullish(),
  identity_token: z.string().nullish(),
});

// As YAML 1.1 has it, which K3s reads.
const flag = z.stringbool({ truthy: ['true', 'yes', 'y', 'on'], falsy: ['false', 'no', 'n', 'off'] });

const tls = z.object({
  ca_file: z.string().nullish(),
  insecure_skip_verify: flag.nullish(),
});

const config = z.object({ auth: auth.nullish(), tls: tls.nullish() });

/** The keys that are honoured; K3s has more, and what is not read here is no mistake. */
export const registriesSchema = z.object({
  mirrors: z.record(text, mirror.nullable()).nullish(),
  configs: z.record(text, config.nullable()).nullish(),
});

export type RegistriesFile = z.infer<typeof registriesSchema>;
export type MirrorEntry = z.infer<typeof mirror>;
export type ConfigEntry = z.infer<typeof config>;
export type AuthEntry = z.infer<typeof auth>;
