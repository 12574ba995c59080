import { maskCommands } from './command-secrets.ts';
import { maskNamedValues } from './named-values.ts';
import { maskRandomWords } from './random-words.ts';
import { maskUrls } from './url-secrets.ts';

/**
 * A text from outside without what looks like a secret in it: each is replaced by `[secret]`. It finds secrets by their name, by their form, and by
 * being long and random; it cannot know a short one that nothing names. Its time grows with the length of the text and nothing else, and masking
 * twice is masking once.
 */
export function maskSecrets(text: string): string {
  return maskRandomWords(maskTokens(maskNamedValues(maskCommands(maskUrls(maskKeyBlocks(text))))));
}

/** The same of a text that was cut at its start: its first line may begin within a secret, and goes. */
export function maskSecretsOfTail(tail: string): string {
  const lineEnd = tail.indexOf('\n');
  return lineEnd < 0 ? '' : maskSecrets(tail.slice(lineEnd + 1));
}

const blockStart = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-{4,5}/g;
const blockEnd = /-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-{4,5}/g;

/** Private keys in PEM; of one whose start or end was cut off, all that is there. */
function maskKeyBlocks(text: string): string {
  const ends = [...text.matchAll(blockEnd)].map((end) => end.index + end[0].length);
  const starts = [...text.matchAll(blockStart)].map((start) => start.index);
  if (starts.length + ends.length === 0) return text;
  const parts: string[] = [];
  let at = 0;
  for (const end of [...ends, text.length]) {
    const start = starts.find((each) => each >= at) ?? text.length;
    if (start === text.length && end === text.length) break;
    parts.push(text.slice(at, start < end ? start : at), '[secret]');
    starts.splice(0, starts.findLastIndex((each) => each < end) + 1);
    at = end;
  }
  return parts.join('') + text.slice(at);
}

/** Tokens that say by their start what they are. A match begins where a word begins, so a long run is read once. */
const tokens = new RegExp(
  `(?<![A-Za-z0-9_])(?:${[
    'gl(?:pat|dt|rt|rtr|cbt|ptt|ft|soat|agent|oas|imt|ffct)-[\\w.-]{8,}',
    'gh[opusr]_\\w{8,}',
    'github_pat_\\w{8,}',
    'xox[a-z](?:\\.xox[a-z])?-[\\w-]{8,}',
    'xapp-[\\w-]{8,}',
    '(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}',
    'sk-[\\w-]{16,}',
    '(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{10,}',
    'npm_[A-Za-z0-9]{20,}',
    'dckr_(?:pat|oat)_[\\w-]{8,}',
    '(?:dop|doo|dor)_v1_\\w{16,}',
    'hv[sbr]\\.[\\w-]{8,}',
    'pypi-[\\w-]{16,}',
    'SG\\.[\\w-]{8,}(?:\\.[\\w-]{8,})?',
    'shp(?:at|ca|pa|ss)_\\w{16,}',
    'AIza[\\w-]{16,}',
    'ya29\\.[\\w-]{8,}',
    '(?:hf|glc|glsa|lin_api|rubygems|figd|tskey|nvapi|ATATT3?)[_-][\\w-]{16,}',
    'AGE-SECRET-KEY-\\w{8,}',
    'v[1-4]\\.(?:local|public)\\.[\\w-]{16,}',
    's\\.[A-Za-z0-9]{24}(?!\\w)',
    'sq0[a-z]{3}-[\\w-]{8,}',
    '(?:sbp|rpa|vercel)_\\w{16,}',
    'EAA[A-Za-z0-9]{30,}',
    '\\$(?:1|2[abxy]|5|6|7|y|apr1|argon2\\w{1,2})\\$[^\\s"\'`]{8,}',
    'eyJ[\\w-]{6,}\\.[\\w-]{2,}(?:\\.[\\w-]*)*',
  ].join('|')})`,
  'g',
);

/** `Bearer …` and `Basic …` anywhere; "Bearer token" and "Basic authentication" are words. */
const schemes =
  /\b(Bearer|Basic)([ \t]{0,2}[:=][ \t]{0,2}|\s{1,4}|%20|\+)(?!(?:tokens?|auth\w*|realm|scheme|error|challenge|credentials?|is|was|not|in|for|or|and)\b)([\w+/=.~-]{2,})/gi;

function maskTokens(text: string): string {
  return text
    .replace(schemes, (all, scheme: string, space: string, value: string) =>
      scheme.toLowerCase() === 'basic' && /^[A-Z]?[a-z]+[.]?$/.test(value) ? all : `${scheme}${space}[secret]`,
    )
    .replace(tokens, '[secret]');
}
