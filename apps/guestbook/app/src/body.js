/** Longer than any valid form: 1,060 characters, each up to 12 bytes once it is encoded. */
const maxBytes = 16 * 1024;

const form = 'application/x-www-form-urlencoded';

/** A refused request and the reason: `status` is for programs, the message for people. */
export class Refusal extends Error {
  name = 'Refusal';

  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * The fields of a form that was sent, as URLSearchParams. Reads no more than 16 KB.
 *
 * @throws Refusal (403 from another site's page, 413 too long, 415 no form)
 */
export async function readFields(request) {
  // Browsers send the origin of a form: a form on another site's page was not meant for this guestbook.
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    throw new Refusal(403, "This was sent from another site's page.");
  }
  if (request.headers['content-type']?.split(';', 1)[0].trim().toLowerCase() !== form) {
    throw new Refusal(415, `Send a form: ${form}.`);
  }
  return new URLSearchParams(await readText(request));
}

function readText(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    let length = 0;
    request.on('data', (part) => {
      length += part.length;
      if (length > maxBytes) {
        request.pause();
        reject(new Refusal(413, 'That is too long.'));
      } else {
        parts.push(part);
      }
    });
    request.once('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    // The connection broke off: there is no one to respond to.
    request.once('error', () => reject(new Refusal(400, 'The form did not come in whole.')));
  });
}
