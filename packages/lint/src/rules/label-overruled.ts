import { finding } from '../finding.ts';
import type { Rule } from './rule.ts';

/** The same key as an annotation and as a label, with two values: the annotation counts, and the label misleads its readers. */
export const labelOverruled: Rule = ({ workloads }) =>
  workloads.flatMap(({ object, annotations, labels }) =>
    Object.entries(labels)
      .filter(([key, value]) => /^keel(?:son)?\.sh\//.test(key) && key in annotations && annotations[key] !== value)
      .map(([key, value]) =>
        finding(
          'label-overruled',
          'warning',
          object.origin.location(['metadata', 'labels', key], 'key'),
          `The label ${key} is ${JSON.stringify(value)} and the annotation of that name ${JSON.stringify(annotations[key])}; Keelson uses the annotation, Keel uses the label for some keys.`,
          'Keep the annotation and remove the label.',
        ),
      ),
  );
