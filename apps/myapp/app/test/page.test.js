import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { start } from './start.js';

async function read(context, about) {
  const app = await start(about);
  context.after(() => app.server.close());
  const response = await app.get('/');
  return { headers: response.headers, html: await response.text() };
}

test('the page shows version, commit, build time, environment and pod', async (context) => {
  const { html } = await read(context);

  for (const shown of ['<h1>shop</h1>', '1.2.3', '>0123456789ab<', '2026-01-02 03:04:05 UTC', '>staging<', 'shop-1']) {
    assert.ok(html.includes(shown), `${shown} is missing`);
  }
  assert.match(html, /<title>shop \(staging\)<\/title>/);
});

test('the page allows its own style, and no script', async (context) => {
  const { headers, html } = await read(context);
  const policy = headers.get('content-security-policy');

  const [, style] = /<style>(.*)<\/style>/s.exec(html);
  assert.ok(policy.includes(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`));
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|script-src/);
});

test('the page shows its values as text, whatever they contain', async (context) => {
  const evil = `"><script>alert('x')</script>&`;

  const { html } = await read(context, { commit: evil, buildTime: evil, environment: evil, pod: evil, version: evil });

  assert.doesNotMatch(html, /<script/);
  assert.ok(html.includes('&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;'));
});

test('the page says "unknown" for a build by hand', async (context) => {
  const { html } = await read(context, { buildTime: 'unknown', commit: 'unknown' });

  assert.match(html, /<dt>Built<\/dt><dd>unknown<\/dd>/);
});
