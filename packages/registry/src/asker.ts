import { LRUCache } from 'lru-cache';
import type { Pass, Visit } from './auth/authorizer.ts';
import { Authorizer } from './auth/authorizer.ts';
import { fingerprint } from './auth/fingerprint.ts';
import type { Endpoint } from './endpoints.ts';
import type { Asked } from './errors.ts';
import { failed } from './errors.ts';
import type { Agents } from './http/agents.ts';
import type { Answer, Request } from './http/exchange.ts';
import { exchange } from './http/exchange.ts';
import { follow } from './http/follow.ts';
import { troubleOf } from './http/trouble.ts';
import { HostGate } from './manners/host-gate.ts';
import type { Settings } from './options.ts';
import type { CallOptions, Credential } from './types.ts';

export interface Question {
  readonly method: 'GET' | 'HEAD';
  /** Below the repository: `manifests/latest`. */
  readonly path: string;
  readonly accept: string;
  /** For people: `the digest of ops/myapp:latest`. */
  readonly asked: string;
}

/** Asks one endpoint one thing: signed in as it wants it, at its pace, and with whatever goes wrong as a RegistryError. */
export class Asker {
  readonly #settings: Settings;
  readonly #agents: Agents;
  readonly #authorizer: Authorizer;
  readonly #gates = new LRUCache<string, HostGate>({ max: 1_000 });
  /** Which of several credentials was let in last, to begin with it. */
  readonly #letIn = new LRUCache<string, string>({ max: 10_000 });

  constructor(settings: Settings, agents: Agents) {
    this.#settings = settings;
    this.#agents = agents;
    this.#authorizer = new Authorizer(settings, (request) => this.#exchange(request));
  }

  /** Returns a 200. */
  ask(endpoint: Endpoint, question: Question, { credentials = [], signal }: CallOptions): Promise<Answer> {
    const { host } = endpoint;
    const gate = this.#gates.get(host) ?? new HostGate(host, this.#settings);
    this.#gates.set(host, gate);
    return gate.pass(question.asked, signal, async () => {
      const candidates = this.#inOrder(endpoint, credentials);
      for (const credential of candidates) {
        const visit = { host, url: urlOf(endpoint, question), repository: endpoint.repository, credential, signal };
        const answer = await this.#signedIn(visit, question);
        if (answer === undefined || answer.status === 401 || answer.status === 403) continue;
        this.#letIn.set(`${host}\n${endpoint.repository}`, fingerprint(credential));
        return this.#success(answer, { host, asked: question.asked });
      }
      const tried = candidates.filter((credential) => credential !== undefined).length;
      const how = tried === 0 ? 'without credentials' : `with any of the ${tried} credentials at hand`;
      throw failed('unauthorized', { host, asked: question.asked }, `it lets nobody in ${how}`);
    });
  }

  /** Undefined where the realm refused the credential. */
  async #signedIn(visit: Visit, question: Question): Promise<Answer | undefined> {
    const pass = await this.#authorizer.first(visit);
    if (pass.type === 'refused') return undefined;
    const answer = await this.#follow(visit, question, pass);
    if (answer.status !== 401) return answer;
    const better = await this.#authorizer.again(visit, pass, answer.headers);
    return better === undefined ? undefined : this.#follow(visit, question, better);
  }

  #follow({ host, url, signal }: Visit, { method, accept, asked }: Question, pass: Pass): Promise<Answer> {
    const headers = 'header' in pass ? { accept, authorization: pass.header } : { accept };
    const { maxBodyBytes } = this.#settings;
    return follow({ method, url, headers, host, asked, maxBodyBytes, signal }, (request) => this.#exchange(request));
  }

  #exchange(request: Request): Promise<Answer> {
    const headers = { 'user-agent': this.#settings.userAgent, ...request.headers };
    return exchange(this.#agents.for(request.url.host), this.#settings.deadlines, { ...request, headers });
  }

  #success(answer: Answer, about: Asked): Answer {
    if (answer.status === 200) return answer;
    const trouble = troubleOf(answer, about, this.#settings.now());
    if (trouble !== undefined) throw trouble;
    if (answer.status === 404) throw failed('not-found', about, 'it answered 404, it has none');
    throw failed('protocol', about, `it answered ${answer.status}`);
  }

  /**
   * The workload's own credentials before the node's, as the kubelet has it. Mirrors get them too: whoever named a mirror in
   * registries.yaml made every node's container runtime do the same.
   */
  #inOrder({ host, repository, credential }: Endpoint, given: readonly Credential[]): (Credential | undefined)[] {
    const all = credential === undefined ? given : [...given, credential];
    if (all.length === 0) return [undefined];
    const unique = [...new Map(all.map((each) => [fingerprint(each), each]))];
    const last = this.#letIn.get(`${host}\n${repository}`);
    return unique.sort(([a], [b]) => Number(b === last) - Number(a === last)).map(([, each]) => each);
  }
}

function urlOf({ base, repository, namespace }: Endpoint, { path }: Question): URL {
  const url = new URL(`${base}/${repository}/${path}`);
  if (namespace !== undefined) url.searchParams.set('ns', namespace);
  return url;
}
