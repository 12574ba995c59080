/** The port in PORT: 3000 when it is not set, 0 for a free one. Throws when it is not a port. */
export function readPort(text = '3000') {
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT is "${text}", which is not a port: give a number from 0 to 65535, or leave it out for 3000.`);
  }
  return port;
}
