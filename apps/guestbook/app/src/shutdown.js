/**
 * Ends the app at SIGTERM from Kubernetes, without losing a request:
 *
 * 1. Health answers 503, and every response closes its connection.
 * 2. It continues to serve for `lagMs`: the pod leaves the Service when it gets the signal, and it takes a while until every node and the
 *    Ingress know. Requests that still arrive are answered.
 * 3. It accepts no more connections, finishes open requests, and exits. Requests that are open after `drainMs` are cut off.
 *
 * Both together must be shorter than terminationGracePeriodSeconds in the manifest (30 s), after which it is killed. Ctrl-C (SIGINT) skips
 * the second step: a laptop has no Service.
 *
 * @param app what `createApp` returns
 */
export function endsGently(app, { lagMs = 5_000, drainMs = 20_000, on = process, end = process.exit } = {}) {
  let ending = false;

  function finish() {
    const cutOff = setTimeout(() => {
      console.error(`requests were still under way after ${drainMs} ms, and were cut off`);
      app.server.closeAllConnections();
    }, drainMs);
    app.server.close(() => {
      clearTimeout(cutOff);
      end(0);
    });
  }

  function begin(signal, waitMs) {
    // A second signal: exit at once.
    if (ending) return end(1);
    ending = true;
    console.log(`${signal}: ends, serving for ${waitMs} ms more`);
    app.drain();
    setTimeout(finish, waitMs);
  }

  on.on('SIGTERM', () => begin('SIGTERM', lagMs));
  on.on('SIGINT', () => begin('SIGINT', 0));
}
