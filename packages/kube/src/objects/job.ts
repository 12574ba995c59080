import { fields, optional, text } from '../fields.ts';
import type { Job } from '../types.ts';
import { readContainers } from './containers.ts';
import { keptKeys } from './kept-keys.ts';
import { readConditions, readOwned } from './metadata.ts';

export function readJob(object: unknown): Job | undefined {
  const identity = readOwned(object);
  if (identity === undefined) return undefined;
  const { metadata, spec, status } = fields(object);
  const template = fields(fields(spec).template);
  const { startTime, ...rest } = fields(status);
  return {
    ...identity,
    createdAt: text(fields(metadata).creationTimestamp) ?? '',
    ...optional('startedAt', text(startTime)),
    templateAnnotations: keptKeys(fields(template.metadata).annotations).kept,
    containers: readContainers(fields(template.spec)),
    conditions: readConditions(rest),
  };
}
