import type { Path } from '@keelson/kube/fields';
import { fields, list, text } from '@keelson/kube/fields';
import type { LintedWorkload } from './workload.ts';

/** A Secret that a workload needs. */
export interface SecretUse {
  readonly name: string;
  readonly path: Path;
  /** What it is needed for, in words that a message can contain: `to pull its images`. */
  readonly purpose: string;
}

/** Every Secret that a pod of this workload needs, but not the optional ones. */
export function secretsOf({ template, templatePath }: LintedWorkload): readonly SecretUse[] {
  const spec = fields(template['spec']);
  const base: Path = [...templatePath, 'spec'];
  const uses: SecretUse[] = [];
  const add = (holder: unknown, key: 'name' | 'secretName', path: Path, purpose: string) => {
    const reference = fields(holder);
    const name = text(reference[key]);
    if (name && reference['optional'] !== true) uses.push({ name, path: [...path, key], purpose });
  };
  for (const [index, secret] of list(spec['imagePullSecrets']).entries())
    add(secret, 'name', [...base, 'imagePullSecrets', index], 'to pull its images');
  for (const [index, volume] of list(spec['volumes']).entries()) {
    const path: Path = [...base, 'volumes', index];
    add(fields(volume)['secret'], 'secretName', [...path, 'secret'], 'as a volume');
    const sources = list(fields(fields(volume)['projected'])['sources']);
    for (const [position, source] of sources.entries())
      add(fields(source)['secret'], 'name', [...path, 'projected', 'sources', position, 'secret'], 'as a volume');
  }
  for (const field of ['initContainers', 'containers']) {
    for (const [index, container] of list(spec[field]).entries()) {
      const path: Path = [...base, field, index];
      const { name, env, envFrom } = fields(container);
      const who = text(name) ?? 'a container';
      for (const [position, from] of list(envFrom).entries())
        add(
          fields(from)['secretRef'],
          'name',
          [...path, 'envFrom', position, 'secretRef'],
          `for the environment of ${who}`,
        );
      for (const [position, variable] of list(env).entries()) {
        const reference = fields(fields(variable)['valueFrom'])['secretKeyRef'];
        const purpose = `for ${text(fields(variable)['name']) ?? 'a variable'} of ${who}`;
        add(reference, 'name', [...path, 'env', position, 'valueFrom', 'secretKeyRef'], purpose);
      }
    }
  }
  return uses;
}
