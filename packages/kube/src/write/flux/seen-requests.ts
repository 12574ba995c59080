import type { Kustomization } from './kustomization.ts';
import type { Request } from './request.ts';

/** Others may request a reconciliation right after Keelson, so that Flux reports their value and never Keelson's. */
export interface SeenRequests {
  /** Every value of the annotation that was seen since the request was written, by this worker; the one of now is among them. */
  of(kustomization: Kustomization, request: Request, value: string | undefined): ReadonlySet<string>;
}

/** The most values kept of one Kustomization: whoever writes more is heard again with the next one. */
const most = 64;

export function createSeenRequests(): SeenRequests {
  const seen = new Map<string, { readonly request: string; readonly values: Set<string> }>();
  return {
    of({ uid }, { generation, values: [first] }, value) {
      const request = `${generation} ${first}`;
      const before = seen.get(uid);
      const known = before?.request === request ? before : { request, values: new Set<string>() };
      seen.set(uid, known);
      if (value !== undefined && known.values.size < most) known.values.add(value);
      return known.values;
    },
  };
}
