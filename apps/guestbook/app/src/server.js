import { createServer } from 'node:http';
import { json, send, toPage } from './answers.js';
import { Refusal, readFields } from './body.js';
import { readForm } from './entry-form.js';
import { page } from './page.js';

const away =
  'The guestbook cannot be read just now: its Redis does not answer. Nothing is lost. Please try again in a moment.';
const notKept =
  'Your words could not be kept: Redis is away or full. They still stand below. Please send them again in a moment.';

/**
 * The guestbook: read and write at /, whether the process works at /api/health, whether it can serve at /api/ready, what it is at
 * /api/version.
 *
 * @param about what `aboutFrom` returns
 * @param entries what `createEntries` returns
 * @returns the server, and `drain`, after which it answers 503 at /api/health and closes connections
 */
export function createApp({ about, entries }) {
  let draining = false;

  const routes = {
    '/': { GET: read, POST: write },
    '/api/version': { GET: () => json(200, about) },
    // Independent of Redis: restarting this process would not bring Redis back.
    '/api/health': { GET: () => (draining ? json(503, { status: 'ending' }) : json(200, { status: 'ok' })) },
    '/api/ready': { GET: ready },
  };

  async function read() {
    try {
      return page({ about, ...(await entries.newest()) });
    } catch {
      return page({ about, status: 503, problem: away });
    }
  }

  async function write(request) {
    const { entry, problem } = readForm(await readFields(request));
    if (problem) return page({ about, ...(await entries.newest().catch(() => ({}))), status: 422, problem, entry });
    try {
      await entries.add(entry);
    } catch (error) {
      console.error(`an entry was not kept: ${error.message}`);
      return page({ about, status: 503, problem: notKept, entry });
    }
    return toPage();
  }

  async function ready() {
    if (draining) return json(503, { status: 'ending' });
    try {
      await entries.answers();
      return json(200, { status: 'ok' });
    } catch {
      return json(503, { status: 'away', reason: 'Redis does not answer' });
    }
  }

  async function answerTo(request) {
    const [path] = request.url.split('?', 1);
    if (!Object.hasOwn(routes, path)) return json(404, { error: `nothing is at ${path}` });
    const methods = routes[path];
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (Object.hasOwn(methods, method)) return methods[method](request);
    const allow = ['HEAD', ...Object.keys(methods)].join(', ');
    const { headers, ...refused } = json(405, { error: `${request.method} is not possible here, only ${allow}` });
    return { ...refused, headers: { ...headers, allow } };
  }

  // An Ingress keeps its connections for 90 s (Traefik). If the server closed one earlier, a request could be lost on it.
  const server = createServer({ keepAliveTimeout: 95_000 }, async (request, response) => {
    const answer = await answerTo(request).catch(answerToFailure);
    // The rest of a refused body is not read.
    if (draining || !request.complete) response.setHeader('connection', 'close');
    send(response, answer);
  });

  return {
    server,
    drain() {
      draining = true;
    },
  };
}

function answerToFailure(error) {
  if (error instanceof Refusal) return json(error.status, { error: error.message });
  console.error(error);
  return json(500, { error: 'a mistake of ours' });
}
