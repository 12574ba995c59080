/** What went wrong in this package: always the text's fault, so trying again never helps. */
export abstract class ImageError extends Error {
  abstract readonly code: 'invalid-reference' | 'invalid-digest';
  /** Whoever wrote the text must mend it. */
  readonly fault = 'yours';
  /** The text as it was given, uncut. */
  readonly text: string;

  constructor(text: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.text = text;
  }
}

/** The text names no image that a container runtime would pull. The message is a sentence for people. */
export class InvalidReferenceError extends ImageError {
  override readonly name = 'InvalidReferenceError';
  readonly code = 'invalid-reference';

  constructor(text: string, why: string, options?: ErrorOptions) {
    super(text, `${quote(text)} is not an image reference: ${why}.`, options);
  }
}

/** The text is not `sha256:` and 64 lower-case hex digits. */
export class InvalidDigestError extends ImageError {
  override readonly name = 'InvalidDigestError';
  readonly code = 'invalid-digest';

  constructor(text: string) {
    super(text, `${quote(text)} is not a digest: it has to be "sha256:" and 64 lower-case hex digits.`);
  }
}

/** An annotation may be 256 KB long; a sentence may not. */
function quote(text: string): string {
  return JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text);
}
