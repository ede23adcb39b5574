/**
 * An event on its way to clients.
 *
 * @module
 */

const encoder = new TextEncoder();

/**
 * `{event, data}`, encoded at most once for each frame type however many clients receive it
 * (contracts: Neutralino 3.4). A door of another wire reads `name` and `data` instead.
 */
export class HubEvent {
  readonly name: string;
  /** Any JSON value; `null` when there is none. */
  readonly data: unknown;
  #text: string | undefined;
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  constructor(name: string, data: unknown = null) {
    this.name = name;
    this.data = data;
  }

  /**
   * The JSON text.
   *
   * @throws {RangeError} when `data` is nested too deeply to be written
   */
  get text(): string {
    return this.#text ??= JSON.stringify({ data: this.data, event: this.name });
  }

  /** The JSON text in UTF-8, for clients that take binary frames. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes ??= encoder.encode(this.text);
  }
}
