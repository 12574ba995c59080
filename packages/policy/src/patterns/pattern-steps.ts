/** What a pattern of RE2 is made of. Whatever this takes for one token has at most the steps of it. */
const tokens =
  /\\Q(?<quoted>.*?)(?:\\E|$)|(?<unicode>\\[pP](?:\{[^}]*\}|.))|\\x\{[^}]*\}|\\.|(?<set>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])|(?<flags>\(\?[a-zA-Z-]+\))|(?<open>\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:))?)|(?<close>\))|(?<or>\|)|\{(?<times>0|[1-9]\d*)(?:(?<upTo>,)(?<most>0|[1-9]\d*)?)?\}|(?<again>[*+?])|./gsu;

/** A class of Unicode has hundreds of ranges, which are read, folded and searched. */
const unicodeSteps = 20;

/**
 * How many steps a pattern has at most once its counted repetitions are written out, nested ones multiplied: what it costs to compile and to match,
 * found without doing either. `(.?){1000}` has ten characters and 4,000 steps.
 */
export function patternSteps(pattern: string): number {
  const groups: number[] = [];
  /** Of what is complete in this group, and of its last piece, which a repetition may follow. */
  let [sum, last] = [4, 0];
  const next = (steps: number) => {
    sum += last;
    last = steps;
  };
  for (const { groups: found = {} } of pattern.matchAll(tokens)) {
    const { quoted, unicode, set, flags, open, close, or, times, upTo, most, again } = found;
    if (quoted !== undefined) for (const _ of quoted) next(1);
    else if (unicode !== undefined) next(1 + unicodeSteps);
    else if (set !== undefined) next(1 + unicodeSteps * (set.match(/\\[pP]/g)?.length ?? 0));
    // A repetition behind flags is one of the piece before them.
    else if (flags !== undefined) continue;
    else if (open !== undefined) {
      groups.push(sum + last);
      [sum, last] = [2, 0];
    } else if (close !== undefined) {
      const inner = sum + last;
      [sum, last] = [groups.pop() ?? 0, inner];
    } else if (or !== undefined) next(2);
    else if (times !== undefined) {
      last = (last + 1) * Math.max(Number(times), Number(most || 0), 1) + (upTo === undefined ? 0 : 1);
    } else if (again !== undefined) last += 2;
    else next(1);
  }
  return groups.reduce((total, outer) => total + outer, sum + last);
}
