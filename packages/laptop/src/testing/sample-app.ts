/** An app in one file: pages that say which pod serves them, health that can be switched off, a slow page, and a clean exit on SIGTERM. */
export const sampleApp = `
import { createServer } from 'node:http';
let healthy = process.env.HEALTHY !== 'no';
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://x');
  if (pathname === '/api/health') return void response.writeHead(healthy ? 200 : 503).end();
  if (pathname === '/sicken') healthy = false;
  if (pathname === '/exit') process.exit(7);
  if (pathname === '/env') return void response.end(JSON.stringify(process.env));
  if (pathname === '/slow') console.log('slow request');
  if (pathname === '/slow') return void setTimeout(() => response.end('slow ' + process.env.HOSTNAME), 600);
  response.end(process.env.VERSION + ' ' + process.env.HOSTNAME);
});
server.listen(Number(process.env.PORT), process.env.HOST, () => console.log('listening as', process.env.HOSTNAME));
process.on('SIGTERM', () => {
  console.log('ending');
  if (process.env.DEAF !== 'yes') server.close(() => process.exit(0));
});
`;
