/** What a token is for. `read`: lists and streams. `act`: that, and checks, holds, releases and rollbacks. `notify`: webhooks. */
export const roles = ['read', 'act', 'notify'] as const;
export type Role = (typeof roles)[number];

/** What the sender of a request may do. */
export interface Access {
  /** The name of its token, for logs. */
  readonly name: string;
  readonly may: ReadonlySet<Role>;
  /** The namespaces that it may know of; absent: all, and what belongs to none. */
  readonly namespaces?: ReadonlySet<string>;
}

/** Whether a namespace may be shown to the sender and changed by it: the one rule, which every view of the history applies. */
export function canSee({ namespaces }: Access, namespace: string): boolean {
  return namespaces === undefined || namespaces.has(namespace);
}
