import type { Random } from './random.ts';

/** What parsers stumble over: controls, directions, halves of pairs, numbers at the edges, names of prototypes, patterns that multiply. */
const pieces = [
  ...['\u0000', '\u001b[2J', '\r\n', '\n', '\t', '\u007f', '\u202e', '\u2066', '\u200b', '\ufeff', '\ud800', '\udc00'],
  ...['é', '🚀', 'ſ', 'İ', '%', '%00', '%2f', '%ff', '..', '/', '//', '\\', '"', "'", '`', '$&', '${', '{{', '@', '#'],
  ...['9007199254740993', '1e309', '-1', '-0', '1e-400', '0x10', '1_000', 'NaN', 'Infinity', '99999999999999999999'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    'true',
    '*',
    '+',
    '?',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    ';',
  ],
  ...[
    '(a+)+$',
    '{1000}',
    '{1,1000}{1,1000}',
    '[^',
    '\\p{L}',
    '*/1',
    '0-59/0',
    'L',
    '1#5',
    '31 2',
    '&a',
    '*a',
    '<<: *a',
  ],
  ...['=', '==', '&', '|', '<', '>', '!!js', '---', ' ', '      ', 'Bearer ', 'password=', 'https://a:b@c/'],
] as const;

const changes: readonly [Change, ...Change[]] = [
  (text, at, end) => text.slice(0, at) + text.slice(end),
  (text, at) => text.slice(0, at),
  (text, at, end, random) => text.slice(0, end) + text.slice(at, end).repeat(1 + random.below(8)) + text.slice(end),
  (text, at, end) => text.slice(0, at) + text.slice(end) + text.slice(at, end),
  (text, at, _, random) => text.slice(0, at) + random.pick(pieces) + text.slice(at),
  (text, at, _, random) => text.slice(0, at) + String.fromCharCode(random.below(0x1_00)) + text.slice(at + 1),
  (text, at, _, random) => text.slice(0, at) + String.fromCharCode(random.below(0x1_00_00)) + text.slice(at + 1),
  (text, at, end) => text.slice(0, at) + text.slice(at, end).toUpperCase() + text.slice(end),
  (text, at, _, random) => text.slice(0, at) + random.pick(pieces).repeat(1 + random.below(20)) + text.slice(at),
];
type Change = (text: string, at: number, end: number, random: Random) => string;

const longChars = 10_000;

/** A text made from a valid one: as it is, with some changes, or now and then very long. */
export function mutate(random: Random, text: string): string {
  if (random.oneIn(50)) return text;
  let changed = text;
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    const at = random.below(changed.length + 1);
    changed = random.pick(changes)(changed, at, at + random.below(Math.min(40, changed.length - at) + 1), random);
  }
  if (random.oneIn(100)) return lengthened(random, changed);
  return changed.slice(0, longChars);
}

function lengthened(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const piece = random.oneIn(2) ? random.pick(pieces) : text.slice(at, at + 1 + random.below(20)) || 'x';
  return (text.slice(0, at) + piece.repeat(Math.ceil(longChars / piece.length)) + text.slice(at)).slice(
    0,
    longChars + 500,
  );
}

const values: readonly [(random: Random) => unknown, ...((random: Random) => unknown)[]] = [
  () => null,
  () => true,
  () => '',
  () => [],
  () => ({}),
  () => 1.5,
  () => -1,
  () => 9e15,
  () => 1e308,
  () => ({ toString: 1, constructor: null, ['__proto__']: [] }),
  (random) => random.pick(pieces),
  (random) => nested(1 + random.below(500)),
  (random) => Array.from({ length: random.below(200) }, () => random.pick(pieces)),
  () => 'x'.repeat(longChars),
];

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let left = depth; left > 0; left -= 1) value = left % 2 === 0 ? [value] : { a: value };
  return value;
}

/** JSON made from a valid value: other values in some places, and sometimes broken as a text too. */
export function mutateJson(random: Random, value: unknown): string {
  let changed = value;
  for (let left = random.below(4); left > 0; left -= 1) changed = replacedIn(random, changed);
  const text = JSON.stringify(changed) ?? 'null';
  return random.oneIn(3) ? mutate(random, text) : text;
}

function replacedIn(random: Random, value: unknown): unknown {
  if (typeof value === 'string' && random.oneIn(2)) return mutate(random, value);
  if (typeof value !== 'object' || value === null || random.oneIn(8)) return random.pick(values)(random);
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const changed = entries.flatMap(([key, inner], index): [string, unknown][] => {
    if (index !== at) return [[key, inner]];
    if (random.oneIn(10)) return [];
    return [[random.oneIn(10) ? mutate(random, key) : key, replacedIn(random, inner)]];
  });
  if (at === entries.length) changed.push([random.pick(pieces), random.pick(values)(random)]);
  return Array.isArray(value) ? changed.map(([, inner]) => inner) : Object.fromEntries(changed);
}
