import { createHash } from 'node:crypto';
import { escapeHtml } from './html.js';
import { style } from './style.js';

const styleHash = createHash('sha256').update(style).digest('base64');

/** The page may use its own style and nothing else: no script, no other origin, no frame around it. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
};

/** The page: what the app knows about itself. */
export function page(about) {
  const { name, version, commit, buildTime, environment, pod } = about;
  const title = environment === 'production' ? name : `${name} (${environment})`;
  return `<!doctype html>
<html lang="en" class="${escapeHtml(environment)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(name)}</h1><span class="environment">${escapeHtml(environment)}</span></header>
<dl>
<dt>Version</dt><dd>${escapeHtml(version)}</dd>
<dt>Commit</dt><dd><code title="${escapeHtml(commit)}">${escapeHtml(shortCommit(commit))}</code></dd>
<dt>Built</dt><dd>${timeOf(buildTime)}</dd>
<dt>Answered by</dt><dd><code>${escapeHtml(pod)}</code></dd>
</dl>
</main>
</body>
</html>
`;
}

function shortCommit(commit) {
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, 12) : commit;
}

/** `2026-01-01T00:00:00Z` as `2026-01-01 00:00:00 UTC`; anything else as it is. */
function timeOf(text) {
  const time = new Date(text);
  if (Number.isNaN(time.valueOf())) return escapeHtml(text);
  const iso = time.toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}
