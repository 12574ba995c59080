import { bounds } from '@keelson/core';
import { cut } from './quote.ts';

/** Something in the manifest that does not do what its author expects. It never stops a workload and is always shown. */
export interface Warning {
  /** Stable code in kebab-case: `unknown-annotation`, `unreadable-schedule`, `ineffective-annotation` … */
  readonly code: string;
  /** The annotation or label key that the warning is about. */
  readonly key?: string;
  /** What is wrong and what to do, in one sentence. */
  readonly message: string;
}

/**
 * As many as are shown of one workload, and one that says how many more there are. Unknown keys are left out first, since one object has room for
 * thousands of them.
 *
 * @param more how many there are besides, which nobody listed
 */
export function fewWarnings(warnings: readonly Warning[], more = 0): readonly Warning[] {
  const isUnknownKey = ({ code }: Warning) => code === 'unknown-annotation';
  const byRank = [...warnings.filter((one) => !isUnknownKey(one)), ...warnings.filter(isUnknownKey)];
  const kept = new Set(byRank.slice(0, bounds.warnings));
  const shown = warnings.filter((one) => kept.has(one)).map(short);
  const left = warnings.length - shown.length + more;
  if (left === 0) return shown;
  const message = `And ${left} more: of one workload, ${bounds.warnings} warnings are shown; fix or remove what they name to see the others.`;
  return [...shown, { code: 'more-warnings', message }];
}

function short({ code, key, message }: Warning): Warning {
  const named = key !== undefined && { key: cut(key, bounds.warningKeyChars) };
  return { code, ...named, message: cut(message, bounds.messageChars) };
}
