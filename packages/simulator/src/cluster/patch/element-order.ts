/**
 * The order of a list after a strategic merge (strategicpatch, normalizeElementOrder): patched items keep the patch's order,
 * the others theirs, and another goes before a patched one only if both were there and it stood before it. So an item that
 * is new comes first of all.
 */
export function inOrder(all: readonly unknown[], patched: readonly unknown[], before: readonly unknown[]): unknown[] {
  const others = all.filter((id) => !patched.includes(id));
  const rest = [...patched];
  const result: unknown[] = [];
  for (const other of others) {
    const place = before.indexOf(other);
    while (rest.length > 0 && before.indexOf(rest[0]) <= place) result.push(rest.shift());
    result.push(other);
  }
  return [...result, ...rest];
}
