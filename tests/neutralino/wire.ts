/**
 * A client that sees the wire itself: what is sent and received, frame by frame.
 *
 * @module
 */

import { within } from "../../lib/testing.ts";

/** A raw WebSocket with the frames it received. */
export class Wire implements AsyncDisposable {
  readonly frames: (string | ArrayBuffer)[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  #arrived = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      this.frames.push(data);
      this.#arrived();
    };
    this.closed = new Promise((resolve) => {
      socket.onclose = ({ code, reason }) => resolve({ code, reason });
    });
  }

  static async open(url: string): Promise<Wire> {
    const socket = new WebSocket(url);
    const wire = new Wire(socket);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = (event) => reject(new Error((event as ErrorEvent).message));
    });
    return wire;
  }

  send(frame: unknown): void {
    const raw = typeof frame === "string" || frame instanceof Uint8Array;
    this.#socket.send(raw ? frame as string : JSON.stringify(frame));
  }

  /** The next frame, in whatever type it came. */
  async next(): Promise<string | ArrayBuffer> {
    while (this.frames.length === 0) {
      const arrival = new Promise<void>((resolve) => this.#arrived = resolve);
      await within(arrival, 5000, "frame");
    }
    return this.frames.shift()!;
  }

  /** The next frame that is the response to `id`, parsed; events before it are dropped. */
  async response(id: string): Promise<unknown> {
    for (;;) {
      const frame = await this.next();
      const message = JSON.parse(
        typeof frame === "string" ? frame : new TextDecoder().decode(frame),
      );
      if (message.id === id) return message;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await within(this.closed, 1000, "close").catch(() => {});
  }
}

/** The query that proves a token, with an extension id or without. */
export function query(token: string, extensionId?: string): string {
  const id = extensionId === undefined ? "" : `&extensionId=${extensionId}`;
  return `?connectToken=${token.split(".")[1]}${id}`;
}
