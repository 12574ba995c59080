import { fields, list, text } from '@keelson/kube/fields';
import type { ParsedFile } from '../source/parse-yaml.ts';
import { any, slugPlaceholder } from './pipeline.ts';
import { pushedImages } from './pushed-images.ts';
import { readVariables } from './variables.ts';

/** An image that a job of a GitHub workflow pushes, as far as it is known without running it. */
export interface WorkflowPush {
  readonly file: string;
  readonly job: string;
  readonly image: string;
}

export function isWorkflow(file: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file);
}

/** What the jobs of a workflow push: by docker and similar tools in their scripts, and by docker/build-push-action. */
export function workflowPushes({ source: { file }, documents }: ParsedFile): readonly WorkflowPush[] {
  const workflow = fields(documents.at(-1)?.toJS());
  return Object.entries(fields(workflow['jobs'])).flatMap(([job, value]) => {
    const images = list(fields(value)['steps'])
      .map(fields)
      .flatMap((step) => {
        const action = text(step['uses'])?.startsWith('docker/build-push-action@') === true;
        if (action) return ofAction(fields(step['with']));
        const known = [workflow['env'], fields(value)['env'], step['env']].flatMap((env) => [...readVariables(env)]);
        const variables = new Map(known.map(([name, written]) => [name, expanded(written)]));
        return pushedImages([expanded(text(step['run']) ?? '')], variables);
      });
    return [...new Set(images)].map((image) => ({ file, job, image }));
  });
}

function ofAction(given: ReturnType<typeof fields>): readonly string[] {
  const pushes = given['push'] === true || text(given['push']) !== undefined;
  if (!pushes) return [];
  return expanded(text(given['tags']) ?? '')
    .split(/[\s,]+/)
    .filter((image) => image !== '');
}

/** With the branch for the expressions that mean it, and ANY for all others. */
function expanded(written: string): string {
  return written.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) =>
    /^github\.(?:ref_name|head_ref|base_ref)$/.test(expression) ? slugPlaceholder : any,
  );
}
