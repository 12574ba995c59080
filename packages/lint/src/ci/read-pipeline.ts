import { matchesGlob } from 'node:path';
import type { Fields } from '@keelson/kube/fields';
import { isFields, list, text } from '@keelson/kube/fields';
import type { ParsedFile } from '../source/parse-yaml.ts';
import { yamlOrigin } from '../source/yaml-origin.ts';
import { branchesOf } from './branches.ts';
import type { Job } from './jobs.ts';
import { merge, readJobs } from './jobs.ts';
import type { Pipeline, Push } from './pipeline.ts';
import { pushedImages } from './pushed-images.ts';
import type { Variables } from './variables.ts';
import { predefined, readVariables } from './variables.ts';

const root = '.gitlab-ci.yml';

export interface PipelineFiles {
  /** Every YAML file of the project. */
  readonly files: readonly string[];
  /** Returns undefined for a file that does not exist. */
  read: (file: string) => Promise<ParsedFile | undefined>;
}

/** What a project's GitLab pipeline pushes; undefined where there is no pipeline. */
export async function readPipeline({ files, read }: PipelineFiles): Promise<Pipeline | undefined> {
  const gaps: Pipeline['gaps'][number][] = [];

  async function load(file: string, seen: readonly string[]): Promise<Fields> {
    const parsed = await read(file);
    const document = parsed?.documents.at(-1);
    const value: unknown = document?.toJS();
    if (!parsed || !document || !isFields(value)) {
      gaps.push({ location: { file }, why: `${file} cannot be read` });
      return {};
    }
    let merged: Fields = {};
    for (const [index, include] of [value['include']].flat().entries()) {
      if (include === undefined || include === null) continue;
      const found = included(include, files);
      if (found === undefined) {
        const path = Array.isArray(value['include']) ? ['include', index] : ['include'];
        const location = yamlOrigin(parsed.source, document).location(path);
        gaps.push({ location, why: 'it includes files that are not in this repository' });
      }
      for (const one of found ?? []) {
        if (!seen.includes(one)) merged = merge(merged, await load(one, [...seen, one]));
      }
    }
    return merge(merged, value);
  }

  if (!files.includes(root)) return undefined;
  const pipeline = await load(root, [root]);
  const variables = readVariables(pipeline['variables']);
  const pushes = readJobs(pipeline).flatMap((job) => pushesOf(job, variables));
  return { file: root, pushes, gaps };
}

/** The files of one include; undefined for an include of another project, a URL, a template or a component. */
function included(include: unknown, files: readonly string[]): readonly string[] | undefined {
  const written = text(include) ?? (isFields(include) ? text(include['local']) : undefined);
  if (written === undefined || written.includes('://') || written.includes('$')) return undefined;
  const pattern = written.replace(/^\//, '');
  if (!pattern.includes('*')) return [pattern];
  return files.filter((file) => matchesGlob(file, pattern));
}

/** The pushes of a job, for each rule that sets variables and for each row of its matrix. */
function pushesOf({ name, value, script }: Job, global: Variables): readonly Push[] {
  const rows = matrixOf(value);
  return branchesOf(value['rules']).flatMap(({ branches, variables }) =>
    rows.flatMap((row) => {
      const all = [
        predefined(name, branches),
        global,
        readVariables(value['variables']),
        row,
        readVariables(variables),
      ];
      const known = new Map(all.flatMap((one) => [...one]));
      return pushedImages(script, known).map((image) => ({ job: name, image, branches }));
    }),
  );
}

/** Every combination of `parallel: matrix:`. */
function matrixOf(job: Fields): readonly Variables[] {
  const parallel = job['parallel'];
  const matrix = isFields(parallel) ? list(parallel['matrix']) : [];
  if (matrix.length === 0) return [new Map()];
  return matrix.flatMap((entry) =>
    Object.entries(isFields(entry) ? entry : {}).reduce<readonly Variables[]>(
      (rows, [name, values]) =>
        rows.flatMap((row) => [values].flat().map((value) => new Map([...row, [name, String(value)]]))),
      [new Map()],
    ),
  );
}
