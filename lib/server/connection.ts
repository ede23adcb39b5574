/**
 * One WebSocket, as doors and hub know it.
 *
 * @module
 */

import type { Frame, FrameSink } from "../hub/outbox.ts";

/** A connected peer. Another transport takes this one's place by having the same members. */
export interface Connection extends FrameSink {
  /**
   * Starts the closing handshake (RFC 6455 7.1.2); nothing is sent or received after it.
   *
   * @param reason at most 123 bytes of UTF-8
   */
  close(code: number, reason: string): void;
}

/** What becomes of what a peer sends. */
export interface ConnectionHandlers {
  /** A whole message; `binary` tells the type of the frame that its UTF-8 came in. */
  onText(text: string, binary: boolean): void;
  /** A message came that is above the bound; the connection is closed for it. */
  onTooLarge?(): void;
  /**
   * Called once, for whichever side closed and however.
   *
   * @param unresponsive closed because no sign of life came within the heartbeat
   */
  onClose(unresponsive: boolean): void;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
/** What the runtime says when it closes a peer that did not answer a ping. */
const NO_PONG = "No response from ping frame.";
/**
 * Time for a socket to open after the answer to its handshake, milliseconds. Mostly it takes one; of a
 * peer that resets the connection in between the runtime tells nothing, ever.
 */
const OPENING_MS = 5000;
/** What gives up a socket that does not stand yet, and when; the oldest first. */
const openings = new Map<() => void, number>();
/** How long what a peer goes on sending is read, and dropped, before its connection is closed, milliseconds. */
const FLOOD_MS = 100;
/** Characters of a large message that are counted at a time; each takes at most three bytes. */
const PIECE = 16_384;
const scratch = new Uint8Array(PIECE * 3);

/**
 * Gives up the sockets that did not open in time. To be called before another one is let in, which may
 * want the place of one of them: a timer for each would cost every start its loading.
 */
export function endFailedOpenings(): void {
  const now = performance.now();
  for (const [giveUp, due] of openings) {
    if (due > now) return;
    giveUp();
  }
}

/**
 * Answers a WebSocket handshake. Every check must be done before: between this call and the
 * return of its response nothing may throw, or the server ends with it.
 *
 * @param options.heartbeatMs a peer that says nothing for half of it is pinged, and closed when that
 * brings nothing for another half. 0: never; a peer that stands in a debugger is alive
 * @param options.maxMessageBytes a larger message closes the connection with 1009
 * @param options.onEnd called once when the socket itself has ended, or by `endFailedOpenings` when it
 * did not open within 5 s
 * @param open called when the connection stands
 */
export function acceptWebSocket(
  request: globalThis.Request,
  options: { heartbeatMs: number; maxMessageBytes: number; onEnd: () => void },
  open: (connection: Connection) => ConnectionHandlers,
): Response {
  const { socket, response } = Deno.upgradeWebSocket(request, {
    idleTimeout: options.heartbeatMs / 1000,
  });
  const connection = new DenoConnection(socket);
  let ended = false;
  const end = (unresponsive: boolean) => {
    // The event of the end comes twice after some failures.
    if (ended) return;
    ended = true;
    openings.delete(giveUp);
    connection.end(unresponsive);
    options.onEnd();
  };
  const giveUp = () => end(false);
  openings.set(giveUp, performance.now() + OPENING_MS);
  socket.onopen = () => {
    openings.delete(giveUp);
    if (ended) return socket.close(1013, "opened too late");
    const handlers = open(connection);
    // Opening may have filled the peer's queue, or the host may be ending.
    if (connection.closed) handlers.onClose(false);
    else connection.onClosed = (unresponsive) => handlers.onClose(unresponsive);
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      connection.heard = true;
      if (connection.closed) return;
      if (exceeds(data, options.maxMessageBytes)) {
        handlers.onTooLarge?.();
        connection.close(1009, `message above ${options.maxMessageBytes} bytes`);
      } else if (typeof data === "string") {
        handlers.onText(data, false);
      } else {
        handlers.onText(decoder.decode(data), true);
      }
    };
  };
  socket.onclose = ({ code, reason }) => end(code === 1001 && reason === NO_PONG);
  return response;
}

class DenoConnection implements Connection {
  readonly #socket: WebSocket;
  closed = false;
  /** A message has come, closed or not. */
  heard = false;
  onClosed: ((unresponsive: boolean) => void) | undefined;
  /** Until the close frame is sent. */
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get queuedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(frame: Frame): void {
    if (!this.closed) this.#socket.send(frame);
  }

  close(code: number, reason: string): void {
    if (this.closed) return;
    this.#closeWhenQuiet({ code, reason, by: performance.now() + FLOOD_MS });
    this.#finish(false);
  }

  /** The socket has ended. */
  end(unresponsive: boolean): void {
    clearTimeout(this.#timer);
    this.#finish(unresponsive);
  }

  /**
   * The runtime ends a connection without the close frame when the peer's next message is there before
   * that was sent. So what is on its way is taken first.
   */
  #closeWhenQuiet(how: { code: number; reason: string; by: number }): void {
    this.heard = false;
    this.#timer = setTimeout(() => {
      if (this.heard && performance.now() < how.by) this.#closeWhenQuiet(how);
      else this.#socket.close(how.code, how.reason);
    }, 1);
  }

  /** A peer that never answers the close is gone for everybody but the socket. */
  #finish(unresponsive: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.onClosed?.(unresponsive);
  }
}

/** Whether a message takes more bytes on the wire; counted only where the length does not tell. */
export function exceeds(data: string | ArrayBuffer, maxBytes: number): boolean {
  if (typeof data !== "string") return data.byteLength > maxBytes;
  // A UTF-16 unit takes one to three bytes of UTF-8, so most texts need no counting.
  if (data.length > maxBytes) return true;
  if (data.length * 3 <= maxBytes) return false;
  let bytes = 0;
  for (let at = 0; at < data.length; at += PIECE) {
    bytes += encoder.encodeInto(data.substring(at, at + PIECE), scratch).written;
    if (bytes > maxBytes) return true;
  }
  return false;
}
