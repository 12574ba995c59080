import type { ImageReference } from '@keelson/image';
import { InvalidReferenceError, parseReference } from '@keelson/image';
import type { Fields, Path } from '@keelson/kube/fields';
import { at, fields, list, strings, text } from '@keelson/kube/fields';
import type { Intent, Warning } from '@keelson/policy';
import { readIntent, trackedContainers } from '@keelson/policy';
import type { ManifestObject } from './manifest-object.ts';
import { policyFacts } from './policy-facts.ts';

export interface LintedContainer {
  readonly name: string;
  readonly image: string;
  readonly init: boolean;
  /** Its path in the object. */
  readonly path: Path;
  readonly value: Fields;
  /** Absent where the image is not a valid reference. */
  readonly reference?: ImageReference;
  /** Keelson, or Keel, updates it. */
  readonly followed: boolean;
}

/** A Deployment, StatefulSet, DaemonSet or CronJob, with the intent of its annotations. */
export interface LintedWorkload {
  readonly object: ManifestObject;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly intent: Intent;
  /** Of the intent and of the containers that it names. */
  readonly warnings: readonly Warning[];
  /** It has a policy other than `never`. */
  readonly followed: boolean;
  readonly templatePath: Path;
  readonly template: Fields;
  readonly containers: readonly LintedContainer[];
}

const templates: ReadonlyMap<string, Path> = new Map([
  ['apps/Deployment', ['spec', 'template']],
  ['apps/StatefulSet', ['spec', 'template']],
  ['apps/DaemonSet', ['spec', 'template']],
  ['batch/CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
]);

/** The kinds that Keel and Keelson follow. */
export function isWorkload({ group, kind }: Pick<ManifestObject, 'group' | 'kind'>): boolean {
  return templates.has(`${group}/${kind}`);
}

/** Returns undefined for every other kind. */
export function readWorkload(object: ManifestObject): LintedWorkload | undefined {
  const templatePath = templates.get(`${object.group}/${object.kind}`);
  if (templatePath === undefined) return undefined;
  const template = fields(at(object.value, templatePath));
  const metadata = fields(object.value['metadata']);
  const annotations = strings(metadata['annotations']);
  const labels = strings(metadata['labels']);
  const intent = readIntent({ annotations, labels });
  const followed = intent.managed && policyFacts[intent.policy.type].followed;
  const candidates = [
    ...readContainers(template, templatePath, 'containers'),
    ...readContainers(template, templatePath, 'initContainers'),
  ];
  const { tracked, warnings } = trackedContainers(intent, candidates);
  const names = new Set(tracked.map(({ name }) => name));
  return {
    object,
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

/** Returns undefined for a text that is not an image reference. */
export function referenceOf(image: string): ImageReference | undefined {
  try {
    return parseReference(image);
  } catch (error) {
    if (error instanceof InvalidReferenceError) return undefined;
    throw error;
  }
}
