/**
 * Frames of one socket, from request to response (contracts: AirDC++ 10.4).
 *
 * @module
 */

import type { ApiCall, Dispatcher } from "./dispatch.ts";
import { formatResponse, type Outcome, parseFrame } from "./frames.ts";
import type { Sessions } from "./sessions.ts";
import type { ApiSocket } from "./socket.ts";

/** Settings of {@linkcode SocketRequests}. */
export interface SocketRequestsOptions {
  dispatcher: Pick<Dispatcher, "dispatch">;
  sessions: Pick<Sessions, "touch">;
  /** Most requests that wait for their answers; further ones are refused. */
  maxPending: number;
}

/** Bad frames, less the good ones since, after which a socket is closed (18 #19). */
const MOST_BAD = 50;

/** Answers the frames of a socket. Every one gets an answer. */
export class SocketRequests {
  readonly #socket: ApiSocket;
  readonly #options: SocketRequestsOptions;
  readonly #address = () => this.#socket.address;
  #bad = 0;

  constructor(socket: ApiSocket, options: SocketRequestsOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Takes a message. */
  take(text: string): void {
    const socket = this.#socket;
    if (socket.closed) return;
    socket.traffic.framesIn++;
    socket.traffic.sizeIn += text.length;
    const frame = parseFrame(text);
    if ("error" in frame) {
      this.#reply(frame.callbackId, { code: 400, error: { message: frame.error.message } });
      if (++this.#bad > MOST_BAD) socket.close(1008, "too many malformed frames");
      return;
    }
    if (this.#bad > 0) this.#bad--;
    const { session } = socket;
    if (session !== undefined) this.#options.sessions.touch(session);
    const { callbackId } = frame;
    if (socket.unanswered >= this.#options.maxPending) {
      const message = "Too many requests wait for their answers";
      return this.#reply(callbackId, { code: 503, error: { message } });
    }
    const call: ApiCall = {
      method: frame.method,
      path: `${socket.prefix}/${frame.path}`,
      body: frame.data,
      session,
      socket,
      viaSocket: true,
      address: this.#address,
    };
    socket.asked();
    const outcome = this.#options.dispatcher.dispatch(call);
    if (outcome instanceof Promise) outcome.then((outcome) => this.#answer(callbackId, outcome));
    else this.#answer(callbackId, outcome);
  }

  #answer(callbackId: number | undefined, outcome: Outcome): void {
    this.#reply(callbackId, outcome);
    this.#socket.answered();
  }

  #reply(callbackId: number | undefined, outcome: Outcome): void {
    if (this.#send(callbackId, outcome)) return;
    const message = "The answer is too large for a frame or cannot be written; HTTP may help";
    this.#send(callbackId, { code: 500, error: { message } });
  }

  #send(callbackId: number | undefined, outcome: Outcome): boolean {
    let text: string;
    try {
      text = formatResponse(callbackId, outcome);
    } catch {
      return false;
    }
    return this.#socket.send(text);
  }
}
