import { aboutFrom } from './about.js';
import { readPort } from './port.js';
import { createApp } from './server.js';
import { endsGently } from './shutdown.js';

const about = aboutFrom(process.env);
const app = createApp(about);

try {
  app.server.once('error', fail).listen(readPort(process.env.PORT), process.env.HOST, () => {
    console.log(`${about.name} ${about.version} (${about.commit}) listens on ${app.server.address().port}`);
  });
  endsGently(app);
} catch (error) {
  fail(error);
}

/** Prints the message only: what fails at the start is the port. */
function fail(error) {
  console.error(`${about.name} cannot start: ${error.message}`);
  process.exitCode = 1;
}
