/**
 * What goes over the wire, as a client sees it (lib/extensions/PROTOCOL.md).
 *
 * @module
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A request that was answered with an error, or not at all. */
export class OutriggerError extends Error {
  override readonly name = "OutriggerError";
  /** The host's, the extension's, or `CLIENT_TIMEOUT`, `CLIENT_DISCONNECTED`, `CLIENT_CLOSED`. */
  readonly code: string;
  /** Of an extension's own error. */
  readonly data: unknown;
  /** Whether the extension itself said so. */
  readonly fromExtension: boolean;

  constructor({ code, message, data, from }: WireError) {
    super(message);
    this.code = code;
    this.data = data;
    this.fromExtension = from === "extension";
  }
}

/** An error as it came. */
export interface WireError {
  code: string;
  message: string;
  data?: unknown;
  from?: string;
}
