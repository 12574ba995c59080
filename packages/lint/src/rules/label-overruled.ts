import { finding } from '../finding.ts';
import type { Rule } from './rule.ts';

/** The same key as an annotation and as a label, with two values: the annotation counts, and the label misleads whoever reads it. */
export const labelOverruled: Rule = ({ workloads }) =>
  workloads.flatMap(({ thing, annotations, labels }) =>
    Object.entries(labels)
      .filter(([key, value]) => /^keel(?:son)?\.sh\//.test(key) && key in annotations && annotations[key] !== value)
      .map(([key, value]) =>
        finding(
          'label-overruled',
          'warning',
          thing.origin.place(['metadata', 'labels', key], 'key'),
          `The label ${key} says ${JSON.stringify(value)} and the annotation of that name ${JSON.stringify(annotations[key])}; Keelson takes the annotation, Keel for some keys the label.`,
          'Keep the annotation and remove the label.',
        ),
      ),
  );
