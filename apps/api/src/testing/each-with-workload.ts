import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { ApiFixture } from './api-fixture.ts';
import { startFixture } from './api-fixture.ts';
import { workloadRecord } from './records.ts';

/** One fixture for the file, and in it a followed workload for each test, given before it. */
export function eachWithWorkload(use: (fixture: ApiFixture, id: string) => void | Promise<void>): void {
  let fixture: ApiFixture;
  let count = 0;
  beforeAll(async () => {
    fixture = await startFixture();
  });
  beforeEach(async () => {
    count += 1;
    const id = `myapp/deployment/w${count}`;
    await fixture.history.putWorkload(workloadRecord(id));
    await use(fixture, id);
  });
  afterAll(() => fixture.stop());
}

/** Sends a POST about a workload. `path`: the workload's id and the action. */
export async function postTo(fixture: ApiFixture, path: string, body?: object | string): Promise<Response> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  return fixture
    .api()
    .request(`/api/v1/workloads/${path}`, { method: 'POST', ...(text !== undefined && { body: text }) });
}
