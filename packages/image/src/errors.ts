import { KeelsonError } from '@keelson/core';

type ImageErrorCode = 'invalid-reference' | 'invalid-digest';

/** The base of this package's errors. Never retryable: whoever wrote the text must change it. */
export abstract class ImageError extends KeelsonError<ImageErrorCode> {
  /** The text as it was given, uncut. */
  readonly text: string;

  constructor(code: ImageErrorCode, text: string, message: string, options?: ErrorOptions) {
    super(message, { code, retryable: false, cause: options?.cause });
    this.text = text;
  }
}

/** The text names no image that a container runtime would pull. */
export class InvalidReferenceError extends ImageError {
  override readonly name = 'InvalidReferenceError';

  constructor(text: string, why: string, options?: ErrorOptions) {
    super('invalid-reference', text, `${quote(text)} is not an image reference: ${why}.`, options);
  }
}

/** The text is not `sha256:` and 64 lower-case hex digits. */
export class InvalidDigestError extends ImageError {
  override readonly name = 'InvalidDigestError';

  constructor(text: string) {
    super(
      'invalid-digest',
      text,
      `${quote(text)} is not a digest: it has to be "sha256:" and 64 lower-case hex digits.`,
    );
  }
}

/** An annotation may be 256 KB long; a sentence may not. */
function quote(text: string): string {
  return JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text);
}
