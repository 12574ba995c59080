/**
 * How the app ends when Kubernetes asks it to (SIGTERM), without losing a request:
 *
 * 1. Health says 503, and every answer closes its connection.
 * 2. It goes on serving for `lagMs`: a pod that is to end leaves the Service at the same moment as it gets the signal, and it takes a while
 *    until every node and the Ingress have heard of it. Whoever has not heard yet still gets an answer.
 * 3. It takes no more connections, answers what is under way, and ends. What is not answered after `drainMs` is cut off.
 *
 * Both together must be shorter than terminationGracePeriodSeconds in the manifest (30 s), after which it is killed. Ctrl-C (SIGINT) skips
 * the second step: nobody else sends requests to a laptop.
 *
 * @param app what `createApp` gives
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
    // Asked twice: somebody is in a hurry.
    if (ending) return end(1);
    ending = true;
    console.log(`${signal}: ends, serving for ${waitMs} ms more`);
    app.drain();
    setTimeout(finish, waitMs);
  }

  on.on('SIGTERM', () => begin('SIGTERM', lagMs));
  on.on('SIGINT', () => begin('SIGINT', 0));
}
