/**
 * A client connected by the Neutralino protocol.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import type { Grant } from "../auth/grant.ts";
import type { HubEvent } from "../hub/event.ts";
import type { Client, Traffic } from "../hub/hub.ts";
import { Outbox } from "../hub/outbox.ts";
import type { Connection } from "../server/connection.ts";

const encoder = new TextEncoder();

/** A page, a backend or an extension on one connection. */
export class NeutralinoClient implements Client {
  readonly extensionId: string | undefined;
  readonly isPage: boolean;
  readonly traffic: Traffic = { framesIn: 0, framesOut: 0, sizeIn: 0, sizeOut: 0 };
  readonly #grant: Grant;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  /** Undefined until the first message: then everything goes out as text (section 3.3). */
  #binary: boolean | undefined;

  /** @param options.onOverflow called when the client reads too slowly and has been closed */
  constructor(
    connection: Connection,
    options: { caller: Caller; maxOutboxBytes: number; onOverflow: () => void },
  ) {
    this.#connection = connection;
    this.extensionId = options.caller.extensionId;
    this.isPage = options.caller.kind === "page";
    this.#grant = options.caller.grant;
    this.#outbox = new Outbox(connection, {
      maxBytes: options.maxOutboxBytes,
      onOverflow: () => {
        options.onOverflow();
        this.close(1013, "too slow: the outbox is full");
      },
    });
  }

  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  allows(method: string): boolean {
    return this.#grant.allows(method);
  }

  hears(method: string, id: number): boolean {
    return this.#grant.mayHearOf({ method, id });
  }

  /** The first message fixes the frame type of everything an extension is sent. */
  latchFrameType(binary: boolean): void {
    if (this.extensionId !== undefined) this.#binary ??= binary;
  }

  deliver(event: HubEvent): void {
    this.#count(event.text.length);
    this.#outbox.push(this.#binary ? event.bytes : event.text);
  }

  /** Sends a response. */
  reply(text: string): void {
    this.#count(text.length);
    this.#outbox.push(this.#binary ? encoder.encode(text) : text, { isAnswer: true });
  }

  #count(size: number): void {
    this.traffic.framesOut++;
    this.traffic.sizeOut += size;
  }

  close(code: number, reason: string): void {
    this.#outbox.close();
    this.#connection.close(code, reason);
  }
}
