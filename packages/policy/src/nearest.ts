import leven from 'leven';

/** The candidate that was probably meant: at most a third of its letters differ, regardless of case, dots and dashes; undefined without one. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const meant = letters(word);
  // An annotation may be 256 KB long, and the distance takes the product of both lengths.
  if (meant === '' || meant.length > 64) return undefined;
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: leven(meant, letters(candidate)) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(meant.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
