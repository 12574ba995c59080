import { z } from 'zod';
import type { ApiClient } from '../api-client.ts';
import type { Manifest } from './manifest.ts';
import { namespaceOf } from './manifest.ts';

const resourceList = z.looseObject({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});
type Resources = z.infer<typeof resourceList>['resources'];

/** Where objects are, by discovery. */
export class ObjectPaths {
  readonly #api: ApiClient;
  readonly #known = new Map<string, Resources>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** Throws when the API server does not serve that kind. */
  async of(manifest: Manifest): Promise<string> {
    const { apiVersion, kind, metadata } = manifest;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resources = this.#known.get(root) ?? (await this.#request(root));
    const found = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    if (found === undefined) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
    this.#known.set(root, resources);
    const namespace = found.namespaced ? `/namespaces/${namespaceOf(manifest) || 'default'}` : '';
    return `${root}${namespace}/${found.name}/${metadata.name}`;
  }

  async #request(root: string): Promise<Resources> {
    const { status, body } = await this.#api.request('GET', root);
    return status === 200 ? resourceList.parse(body).resources : [];
  }
}
