/** Stretches without what ends a URL. */
const words = /[^\s"'`<>]+/g;
/** Names of a query's values that are secret: `X-Amz-Signature`, `sig`, `access_token`, `code`. */
const secretQueryName =
  /sig|token|key|secret|pass|pwd|auth|code|cred|sess|jwt|sas|otp|hmac|nonce|ticket|saml|assertion|x-(?:amz|goog|ms)-|policy|state/i;
const queryValue = /([?&]|\\u0026|&amp;|%26)([\w.%~[\]-]{1,64})=([^\s&"'`<>\\#]+)/g;
/** A number after the host's colon is a port; before a later `@` only where a path begins after it. */
const port = /^\d{1,5}(?!\w)/;
const portAndPath = /^\d{1,5}[/?#]/;

/** A URL within a URL, or in a form. */
const encoded = /((?:%3A|:)(?:%2F){2}[^\s%:"'&]{0,100}(?:%3A|:))((?!\[secret\])[^\s"'&@]{1,200}?)(?=%40|@)/gi;

/** URLs without the password, or the token, before their host, and without secret values in their query. */
export function maskUrls(text: string): string {
  return text
    .replace(words, maskWord)
    .replace(encoded, '$1[secret]')
    .replace(queryValue, (all, before: string, name: string) =>
      secretQueryName.test(name) ? `${before}${name}=[secret]` : all,
    );
}

function maskWord(word: string): string {
  const scheme = /:(?:\\?\/){2}/.exec(word);
  if (!scheme) return maskDsn(word);
  const start = scheme.index + scheme[0].length;
  return word.slice(0, start) + maskUserinfo(word.slice(start), word.slice(0, scheme.index));
}

/**
 * The password ends at the last `@`: one that holds `@` or `/` is masked whole, at the cost of a host now and then. Without any `@` the URL was cut.
 */
function maskUserinfo(rest: string, scheme: string): string {
  const at = lastAt(rest);
  const colon = rest.indexOf(':');
  const named = colon >= 0 && colon < (at < 0 ? Infinity : at) && !/[/?#]/.test(rest.slice(0, colon));
  if (named && !(rest.startsWith('[') || (at < 0 ? port : portAndPath).test(rest.slice(colon + 1)))) {
    const user = rest.slice(0, colon);
    const password = rest.slice(colon + 1, at < 0 ? undefined : at);
    if (/^(?:|x-oauth-basic|x)$/.test(password) && user !== '') return `[secret]${at < 0 ? '' : rest.slice(at)}`;
    return `${user}:[secret]${at < 0 ? '' : rest.slice(at)}`;
  }
  if (at <= 0 || /[/?#:]/.test(rest.slice(0, at)) || /ssh|sftp|git$/i.test(scheme)) return rest;
  return `[secret]${rest.slice(at)}`;
}

/** The last `@` that does not begin a digest. */
function lastAt(rest: string): number {
  const at = rest.lastIndexOf('@');
  return at > 0 && /^@sha\d+:/.test(rest.slice(at, at + 12)) ? rest.lastIndexOf('@', at - 1) : at;
}

/** `//user:password@host`, `user:password@host:3306`, `user:password@(…)` and `@/`. */
const withoutScheme =
  /(?<=^\W{0,8}\/\/[^\s/@:]{0,100}:)[^\s/@[\]]{1,200}(?=@)|(?<=^\W{0,8}(?!(?:npm|jsr|link|workspace|file|mailto):)[\w.+-]{1,100}:)[^\s/@[\]]{1,200}(?=@(?:\(|\/|[a-z][\w.-]{0,100}:\d{1,5}(?!\w)))/;

/** `user:password@tcp(host:3306)/db`, without a scheme. */
function maskDsn(given: string): string {
  if (!given.includes('@')) return given;
  const word = given.replace(withoutScheme, '[secret]');
  const at = Math.max(word.lastIndexOf('@tcp('), word.lastIndexOf('@unix('));
  const colon = word.indexOf(':');
  return colon < 0 || colon > at ? word : `${word.slice(0, colon)}:[secret]${word.slice(at)}`;
}
