/** The candidate that differs from the word by at most two letters, and by fewer than it has; undefined where none does. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter((one) => one.distance <= Math.min(2, word.length - 2))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** Letters to add, remove or change (Levenshtein). Words here are short: no need to be clever. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [place, sign] of [...other].entries()) {
      const replaced = (row[place] ?? 0) + (letter === sign ? 0 : 1);
      next.push(Math.min(replaced, (next[place] ?? 0) + 1, (row[place + 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
