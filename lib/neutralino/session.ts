/**
 * What happens on one connection: frames in, responses out.
 *
 * @module
 */

import { AccessProof, type Credentials } from "../auth/credentials.ts";
import type { Limits } from "../config/settings.ts";
import { wireError } from "../errors.ts";
import type { Hub } from "../hub/hub.ts";
import { madeWhole } from "../router/json_text.ts";
import { Lanes } from "../router/lanes.ts";
import { type Result, UNANSWERED } from "../router/method.ts";
import type { Router } from "../router/router.ts";
import type { Connection, ConnectionHandlers } from "../server/connection.ts";
import { NeutralinoClient } from "./client.ts";
import type { Accepted } from "./handshake.ts";
import { formatResponse, parseRequest, type RequestMessage, withExactNumbers } from "./messages.ts";

/** What sessions need of their host. */
export interface SessionContext {
  router: Router;
  hub: Hub;
  limits: Limits;
  credentials: Credentials;
  /** Told of what a peer does wrong; may be called for every frame. */
  complain(message: string): void;
  /** Told of what is no request (section 1.8: an error); may be called for every frame. */
  malformed(message: string): void;
}

/** An answer above this many characters is made ready before it is sent. */
const LARGE = 1 << 23;

const TOO_DEEP: Result = { error: wireError("NE_RT_NATRTER") };
const WRONG_TOKEN: Result = { error: wireError("NE_RT_INVTOKN") };

/** Serves one accepted connection until it ends. */
export class Session implements ConnectionHandlers {
  readonly #context: SessionContext;
  readonly #accepted: Accepted;
  readonly #client: NeutralinoClient;
  readonly #proof: AccessProof;
  readonly #origin: { client: NeutralinoClient; lanes: Lanes };
  #pending = 0;
  #first = true;

  constructor(connection: Connection, accepted: Accepted, context: SessionContext) {
    this.#context = context;
    this.#accepted = accepted;
    this.#proof = new AccessProof(accepted.identity);
    this.#client = new NeutralinoClient(connection, {
      caller: accepted.caller,
      maxOutboxBytes: context.limits.maxOutboxBytes,
      onOverflow: () => context.complain(`${this.#name} was closed: it reads too slowly`),
    });
    this.#origin = { client: this.#client, lanes: new Lanes() };
    context.hub.join(this.#client);
  }

  onText(text: string, binary: boolean): void {
    const { traffic } = this.#client;
    traffic.framesIn++;
    traffic.sizeIn += text.length;
    if (this.#first) {
      this.#first = false;
      this.#client.latchFrameType(binary);
    }
    const message = parseRequest(text);
    if (message === undefined) {
      const { code, message } = wireError("NE_SR_UNBPARS");
      this.#context.malformed(`${code}: ${message} (from ${lowerFirst(this.#name)})`);
      return;
    }
    if (!this.#proof.accepts(message.accessToken)) {
      const { complain, credentials: { backend } } = this.#context;
      const which = backend.owns(message.accessToken)
        ? "the access token of the exported auth info, and not its own"
        : "a wrong access token";
      complain(`${this.#name} sent ${which}`);
      return this.#reply(message, WRONG_TOKEN);
    }
    const { router } = this.#context;
    const call = router.relays(message.method) ? withExactNumbers(message, text) : message;
    if (call === undefined) return this.#reply(message, TOO_DEEP);
    const result = router.execute(call, this.#accepted.caller, this.#origin);
    if (result instanceof Promise) void this.#replyLater(message, result);
    else this.#reply(message, result);
  }

  onTooLarge(): void {
    const { complain, limits: { maxMessageBytes } } = this.#context;
    complain(`${this.#name} was closed: it sent a message above ${maxMessageBytes} bytes`);
  }

  onClose(unresponsive: boolean): void {
    this.#context.hub.leave(this.#client, unresponsive ? "unresponsive" : "closed");
  }

  get #name(): string {
    const { kind, extensionId } = this.#accepted.caller;
    return extensionId === undefined ? `A ${kind}` : `Extension "${extensionId}"`;
  }

  async #replyLater(message: RequestMessage, result: Promise<Result>): Promise<void> {
    if (++this.#pending > this.#context.limits.maxPendingCalls) {
      this.#context.complain(`${this.#name} was closed: too many calls wait for their answers`);
      this.#client.close(1013, "too many unanswered calls");
    }
    const data = await result;
    if (data !== UNANSWERED) {
      const text = format(message, data);
      if (text.length > LARGE) await madeWhole(text);
      this.#client.reply(text);
    }
    this.#pending--;
  }

  #reply(message: RequestMessage, data: Result): void {
    if (data !== UNANSWERED) this.#client.reply(format(message, data));
  }
}

/** For the middle of a sentence. */
function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function format(message: RequestMessage, data: Result): string {
  try {
    return formatResponse(message, data);
  } catch {
    // What a method of an embedder returns may be circular or hold a BigInt.
    return formatResponse(message, { error: wireError("NE_RT_NATRTER") });
  }
}
