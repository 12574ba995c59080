type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The strategic merge patch of `kubectl apply` and of Helm 3: what the new manifest says and the live object does not, and the removal of what the
 * last manifest said and the new one does not. Lists whose items have names are merged by them. undefined: nothing to change.
 */
export function threeWayPatch(last: unknown, next: unknown, live: unknown): Fields | undefined {
  if (!isFields(next)) return undefined;
  const before = isFields(last) ? last : {};
  const now = isFields(live) ? live : {};
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (!(key in next) && key in now) patch[key] = null;
  for (const [key, value] of Object.entries(next)) {
    const changed = changeOf(before[key], value, now[key]);
    if (changed !== undefined) patch[key] = changed;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function changeOf(last: unknown, next: unknown, live: unknown): unknown {
  if (isFields(next) && isFields(live)) return threeWayPatch(last, next, live);
  if (hasNames(next) && hasNames(live)) return itemsOf(last, next, live);
  return JSON.stringify(next) === JSON.stringify(live) ? undefined : next;
}

function itemsOf(last: unknown, next: readonly Named[], live: readonly Named[]): readonly unknown[] | undefined {
  const before = hasNames(last) ? last : [];
  const named = (list: readonly Named[], name: string) => list.find((item) => item.name === name);
  const gone = before.filter(({ name }) => !named(next, name) && named(live, name));
  const items = [
    ...gone.map(({ name }) => ({ $patch: 'delete', name })),
    ...next.flatMap((item) => {
      const there = named(live, item.name);
      const patch = there ? threeWayPatch(named(before, item.name), item, there) : item;
      return patch ? [{ ...patch, name: item.name }] : [];
    }),
  ];
  return items.length === 0 ? undefined : items;
}

interface Named extends Fields {
  readonly name: string;
}

function hasNames(value: unknown): value is readonly Named[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isFields(item) && 'name' in item);
}
