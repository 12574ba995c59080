/** Something that is needed could not be set up. `remedy` is the command that would. */
export class SetupError extends Error {
  constructor(message, { remedy, cause } = {}) {
    super(message, { cause });
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}
