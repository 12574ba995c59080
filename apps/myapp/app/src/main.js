import { createApp } from './server.js';

const { PORT = '3000', BUILD_TIME } = process.env;
const server = createApp({ buildTime: BUILD_TIME });

server.listen(Number(PORT), () => console.log(`listening on ${PORT}`));
process.once('SIGTERM', () => server.close());
