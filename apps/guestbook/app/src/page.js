import { createHash } from 'node:crypto';
import { maxName, maxText } from './entry-form.js';
import { escapeHtml } from './html.js';
import { style } from './style.js';

const styleHash = createHash('sha256').update(style).digest('base64');

/** The page may use its own style and send its form to itself, and nothing else: no script, no other origin, no frame around it. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
};

/**
 * The page as a response.
 *
 * @param entries newest first, with how many there are in `total`; undefined when they could not be read
 * @param problem a message for the visitor
 * @param entry what the visitor sent, so that they need not write it again
 */
export function page({ about, entries, total, status = 200, problem, entry = { name: '', text: '' } }) {
  return { status, headers: status === 503 ? { ...headers, 'retry-after': '5' } : headers, body: html() };

  function html() {
    const title = about.environment === 'production' ? 'Guestbook' : `Guestbook (${about.environment})`;
    return `<!doctype html>
<html lang="en" class="${escapeHtml(about.environment)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<header><h1>Guestbook</h1><span class="environment">${escapeHtml(about.environment)}</span></header>
${problem ? `<p class="problem" role="alert">${escapeHtml(problem)}</p>` : ''}
<form method="post" action="/">
<label for="name">Your name</label>
<input id="name" name="name" required maxlength="${maxName}" autocomplete="name" value="${escapeHtml(entry.name)}">
<label for="text">Your words</label>
<textarea id="text" name="text" required maxlength="${maxText}" rows="3">
${escapeHtml(entry.text)}</textarea>
<button>Sign the guestbook</button>
</form>
${entries ? list() : ''}
</main>
<footer>${escapeHtml(about.name)} ${escapeHtml(about.version)}, commit <code>${escapeHtml(about.commit.slice(0, 12))}</code>, answered by <code>${escapeHtml(about.pod)}</code></footer>
</body>
</html>
`;
  }

  function list() {
    if (entries.length === 0) return '<p class="empty">Nobody has written yet. Be the first.</p>';
    const more = total > entries.length ? `<p class="empty">The newest ${entries.length} of ${total}.</p>` : '';
    return `<h2>What people wrote</h2>
<ol>
${entries.map(item).join('\n')}
</ol>
${more}`;
  }
}

function item({ at, name, text }) {
  const time = new Date(at);
  const when = Number.isNaN(time.valueOf())
    ? ''
    : `<time datetime="${time.toISOString()}">${time.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>`;
  return `<li><p class="by"><b dir="auto">${escapeHtml(name)}</b> ${when}</p><p class="text" dir="auto">${escapeHtml(text)}</p></li>`;
}
