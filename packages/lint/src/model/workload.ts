import type { ImageReference } from '@keelson/image';
import { InvalidReferenceError, parseReference } from '@keelson/image';
import type { Intent, Warning } from '@keelson/policy';
import { readIntent, trackedContainers } from '@keelson/policy';
import type { Fields, Path } from '../fields.ts';
import { at, fields, list, strings, text } from '../fields.ts';
import type { Thing } from './thing.ts';

export interface CheckedContainer {
  readonly name: string;
  readonly image: string;
  readonly init: boolean;
  /** Where it stands in its object. */
  readonly path: Path;
  readonly value: Fields;
  /** Absent where the image cannot be read. */
  readonly reference?: ImageReference;
  /** Keelson, or Keel, is to update it. */
  readonly followed: boolean;
}

/** A Deployment, StatefulSet, DaemonSet or CronJob, with what its annotations ask for. */
export interface LintedWorkload {
  readonly thing: Thing;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly intent: Intent;
  /** Of the intent and of the containers that it names. */
  readonly warnings: readonly Warning[];
  /** It has a policy, and not `never`. */
  readonly followed: boolean;
  readonly templatePath: Path;
  readonly template: Fields;
  readonly containers: readonly CheckedContainer[];
}

const templates: ReadonlyMap<string, Path> = new Map([
  ['apps/Deployment', ['spec', 'template']],
  ['apps/StatefulSet', ['spec', 'template']],
  ['apps/DaemonSet', ['spec', 'template']],
  ['batch/CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
]);

/** The kinds that Keel and Keelson follow. */
export function isWorkload({ group, kind }: Pick<Thing, 'group' | 'kind'>): boolean {
  return templates.has(`${group}/${kind}`);
}

/** undefined for every other kind. */
export function readWorkload(thing: Thing): LintedWorkload | undefined {
  const templatePath = templates.get(`${thing.group}/${thing.kind}`);
  if (templatePath === undefined) return undefined;
  const template = fields(at(thing.value, templatePath));
  const metadata = fields(thing.value['metadata']);
  const annotations = strings(metadata['annotations']);
  const labels = strings(metadata['labels']);
  const intent = readIntent({ annotations, labels });
  const followed = intent.managed && intent.policy.type !== 'never';
  const candidates = [
    ...readContainers(template, templatePath, 'containers'),
    ...readContainers(template, templatePath, 'initContainers'),
  ];
  const { tracked, warnings } = trackedContainers(intent, candidates);
  const names = new Set(tracked.map(({ name }) => name));
  return {
    thing,
    annotations,
    labels,
    intent,
    warnings: [...intent.warnings, ...warnings],
    followed,
    templatePath,
    template,
    containers: candidates.map((one) => ({ ...one, followed: followed && names.has(one.name) })),
  };
}

function readContainers(template: Fields, templatePath: Path, field: 'containers' | 'initContainers') {
  return list(fields(template['spec'])[field]).map((entry, index) => {
    const value = fields(entry);
    const image = text(value['image']) ?? '';
    const reference = referenceOf(image);
    return {
      name: text(value['name']) ?? '',
      image,
      init: field === 'initContainers',
      path: [...templatePath, 'spec', field, index],
      value,
      ...(reference !== undefined && { reference }),
    };
  });
}

/** undefined for what is no image. */
export function referenceOf(image: string): ImageReference | undefined {
  try {
    return parseReference(image);
  } catch (error) {
    if (error instanceof InvalidReferenceError) return undefined;
    throw error;
  }
}
