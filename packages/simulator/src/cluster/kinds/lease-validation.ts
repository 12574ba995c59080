import type { Cause } from '../api-error.ts';
import { badRequest } from '../api-error.ts';
import { fieldsOf } from '../json.ts';
import type { KubeObject } from '../objects/object.ts';

const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

/** The times of a Lease are metav1.MicroTime: six digits after the point, or 400. */
export function validateLease(object: KubeObject): Cause[] {
  const spec = fieldsOf(object['spec']);
  for (const field of ['acquireTime', 'renewTime']) {
    const time = spec[field];
    if (time === undefined || time === null || (typeof time === 'string' && microTime.test(time))) continue;
    const why = `parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse`;
    throw badRequest(`Lease in version "v1" cannot be handled as a Lease: ${why}`);
  }
  return [];
}
