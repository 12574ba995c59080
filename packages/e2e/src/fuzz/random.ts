/** The same numbers for the same seed, so that a failure can be repeated. */
export interface Random {
  /** A whole number from 0 on, less than this. */
  below(most: number): number;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
  /** True in one of so many cases. */
  oneIn(cases: number): boolean;
}

/** mulberry32: short, and good enough to choose by. */
export function createRandom(seed: number): Random {
  let state = seed;
  const below = (most: number): number => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most;
  };
  return {
    below,
    pick: (values) => values[below(values.length)] ?? values[0],
    oneIn: (cases) => below(cases) === 0,
  };
}
