import { freePort } from '@keelson/process';

/** Ports of the loopback, none of them given to two at a time. */
export class Ports {
  readonly #taken = new Set<number>();

  async take(): Promise<number> {
    for (;;) {
      const port = await freePort();
      if (this.#taken.has(port)) continue;
      this.#taken.add(port);
      return port;
    }
  }

  giveBack(port: number): void {
    this.#taken.delete(port);
  }
}
