import { maskSecrets } from '@keelson/core';
import type { KubeHttp } from '@keelson/kube';
import { connect } from '@keelson/kube';
import type { Output } from '../output.ts';
import type { DiagnoseOptions } from './diagnose.ts';
import { diagnose } from './diagnose.ts';
import { printDiagnosis } from './print-diagnosis.ts';
import type { Line } from './schema.ts';

export interface DoctorOptions extends DiagnoseOptions {
  readonly json: boolean;
}

/** `keelson doctor`: prints what is missing for Keelson to work here. Returns the exit code. */
export async function doctor(
  { json, ...options }: DoctorOptions,
  output: Output,
  toCluster: () => Promise<KubeHttp> = () => connect({ userAgent: 'keelson-doctor' }),
): Promise<0 | 1 | 2> {
  const lines = (await diagnose(options, toCluster)).map((line) => ({ ...line, message: maskSecrets(line.message) }));
  if (json) output.writeJson({ version: 1, lines });
  else printDiagnosis(lines, output);
  return exitCode(lines);
}

/** 2: no cluster answers. 1: something is missing. A `note` is not a failure. */
function exitCode(lines: readonly Line[]): 0 | 1 | 2 {
  if (lines.some(({ code, status }) => code === 'cluster' && status === 'missing')) return 2;
  return lines.some(({ status }) => status === 'missing') ? 1 : 0;
}
