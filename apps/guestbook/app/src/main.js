import { aboutFrom } from './about.js';
import { createEntries } from './entries.js';
import { readPort } from './port.js';
import { connectRedis } from './redis.js';
import { createApp } from './server.js';
import { endsGently } from './shutdown.js';

const about = aboutFrom(process.env);

try {
  const port = readPort(process.env.PORT);
  const redis = connectRedis(process.env);
  const app = createApp({ about, entries: createEntries(redis) });
  app.server.once('error', (error) => {
    redis.disconnect();
    fail(error);
  });
  app.server.listen(port, process.env.HOST, () => {
    console.log(`${about.name} ${about.version} (${about.commit}) listens on ${app.server.address().port}`);
  });
  endsGently(app);
} catch (error) {
  fail(error);
}

/** Prints the message only: what fails at the start is the port or an address. */
function fail(error) {
  console.error(`${about.name} cannot start: ${error.message}`);
  process.exitCode = 1;
}
