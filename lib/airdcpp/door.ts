/**
 * The AirDC++ door: REST and WebSocket below `/api` (contracts: AirDC++ 10).
 *
 * @module
 */

import type { Limits } from "../config/settings.ts";
import type { Log } from "../log.ts";
import { JsonText } from "../router/json_text.ts";
import type { Handler } from "../server/bind.ts";
import { acceptWebSocket, endFailedOpenings } from "../server/connection.ts";
import { SparseLog } from "../server/sparse_log.ts";
import { requestTarget, targetPath } from "../server/target.ts";
import { isUpgrade, isWellFormed } from "../server/upgrade.ts";
import { ApiError, failureOf } from "./api_error.ts";
import { Dispatcher, type ForeignAnswer } from "./dispatch.ts";
import type { Outcome } from "./frames.ts";
import { ApiHooks } from "./hooks.ts";
import { BodyReader } from "./body_reader.ts";
import { parseJson } from "./json_body.ts";
import { type Published, Subscriptions } from "./listeners.ts";
import { Login } from "./login.ts";
import { sessionsModule } from "./modules/sessions.ts";
import { webUsersModule } from "./modules/web_users.ts";
import type { Access } from "./permissions.ts";
import type { ApiModule } from "./route.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { ApiSocket } from "./socket.ts";
import { SocketRequests } from "./socket_requests.ts";
import type { SystemInfo } from "./system_info.ts";
import { hookRoutes, listenerRoutes } from "./table_routes.ts";
import { Throttle } from "./throttle.ts";
import type { Users } from "./users.ts";

/** What the door is made of. */
export interface AirDcppDoorOptions {
  log: Log;
  sessions: Sessions;
  users: Users;
  systemInfo(): SystemInfo;
  limits: Limits;
  /** Default: nobody but the door's own `sessions` and `web_users`. */
  modules?: readonly ApiModule[];
  /** Answers for modules of file sharing. Default: they are not there. */
  foreign?: ForeignAnswer;
  /** Server settings that concern the door; read when they are needed. Default those of 8.7. */
  settings?: Partial<DoorSettings>;
  /** A clock for the throttle, milliseconds. Default `performance.now`. */
  now?: () => number;
  /** Told of hooks that a subscriber did not answer, beside the log (11.2). */
  hookFailed?(text: string): void;
  /** How long a socket may stay without a session, milliseconds. Default 60,000 (10.5). */
  loginTimeoutMs?: number;
  /** How long the body of a request may take, milliseconds. Default 60,000. */
  bodyTimeoutMs?: number;
}

/** Server settings that concern the door (8.7). */
export interface DoorSettings {
  /** `default_idle_timeout`, minutes. Default 20. */
  idleMinutes(): number;
  /** `ping_interval`, seconds. Default 30. */
  pingInterval(): number;
  /** `ping_timeout`, seconds. Default 10. */
  pingTimeout(): number;
}

const LOGIN_TIMEOUT_MS = 60_000;
/** Sockets without a session at the same time. */
const MOST_STRANGERS = 256;
/** Bodies of those who have not proven anything. */
const STRANGER_BODY_BYTES = 1 << 16;
const JSON_HEADERS = { "content-type": "application/json" };

/** Serves the API. */
export class AirDcppDoor {
  /** Listeners of all modules. */
  readonly subscriptions: Subscriptions;
  /** Hooks of all modules. */
  readonly hooks: ApiHooks;
  readonly #options: AirDcppDoorOptions;
  readonly #dispatcher: Dispatcher;
  readonly #login: Login;
  readonly #complaints: SparseLog;
  readonly #settings: DoorSettings;
  readonly #bodies: BodyReader;
  readonly #sockets = new Set<ApiSocket>();
  #open = 0;
  #stopped = false;
  #onDrained: (() => void) | undefined;

  constructor(options: AirDcppDoorOptions) {
    this.#options = options;
    const { bodyTimeoutMs } = options;
    this.#bodies = new BodyReader(bodyTimeoutMs === undefined ? {} : { timeoutMs: bodyTimeoutMs });
    const { log, sessions, users, now } = options;
    this.#complaints = new SparseLog((line) => log.warning(line));
    const complain = (message: string) => this.#complaints.write(message);
    this.#settings = {
      idleMinutes: () => 20,
      pingInterval: () => 30,
      pingTimeout: () => 10,
      ...options.settings,
    };
    const foreign = options.foreign;
    this.#dispatcher = new Dispatcher({ complain, ...(foreign === undefined ? {} : { foreign }) });
    this.#login = new Login({
      sessions,
      users,
      complain,
      throttle: new Throttle(now === undefined ? {} : { now }),
    });
    this.subscriptions = new Subscriptions({ sessions, complain });
    const hookComplaints = new SparseLog((line) => {
      log.warning(line);
      options.hookFailed?.(line);
    });
    this.hooks = new ApiHooks({ sessions, complain: (line) => hookComplaints.write(line) });
    const publish = (module: string, event: string, data: unknown) =>
      this.publish(module, event, { data });
    const { systemInfo } = options;
    const { idleMinutes } = this.#settings;
    this.register(
      sessionsModule({ sessions, login: this.#login, systemInfo, idleMinutes, publish }),
    );
    this.register(webUsersModule({ sessions, users, login: this.#login, publish }));
    for (const module of options.modules ?? []) this.register(module);
  }

  /** Adds a module with its endpoints for listeners and hooks. Before the first request. */
  register(module: ApiModule): void {
    this.subscriptions.register(module);
    this.hooks.register(module);
    this.#dispatcher.register(module, [
      ...listenerRoutes(module, this.subscriptions),
      ...hookRoutes(module, this.hooks),
    ]);
  }

  /** Sends an event to everybody who listens. @param what.id of an entity event */
  publish(module: string, event: string, what: Published): void {
    this.subscriptions.publish(module, event, what);
  }

  /** Answers every request below `/api`. */
  readonly handle: Handler = (request, info) => {
    if (isUpgrade(request)) return this.#upgrade(request, info.remoteAddr.hostname);
    return this.#answer(request, () => info.remoteAddr.hostname);
  };

  /** Answers a request outside of `/api` that needs a session of somebody with `permission`. */
  async authenticated(
    request: Request,
    { address, permission }: { address: string; permission: Access },
    answer: (session: Session) => Response | Promise<Response>,
  ): Promise<Response> {
    try {
      const credential = credentialOf(request);
      if (credential === null) throw new ApiError(401, "Not authenticated");
      const session = await this.#login.credential(credential, () => address);
      if (!session.allows(permission)) {
        throw new ApiError(403, `Permission ${permission} is missing`);
      }
      this.#options.sessions.touch(session);
      return await answer(session);
    } catch (error) {
      return this.#refused(error);
    }
  }

  /**
   * Ends the door: sockets of extensions are closed with 1000, which their libraries take for an end
   * on purpose, all others with 1001 (6.8).
   *
   * @param deadlineMs how long peers have to answer. Default 250
   */
  async stop(deadlineMs = 250): Promise<void> {
    this.#stopped = true;
    this.#login.stop();
    this.#bodies.stop();
    this.hooks.stop();
    this.#options.sessions.stop();
    for (const socket of [...this.#sockets]) {
      socket.close(socket.session?.type === "extension" ? 1000 : 1001, "the host ends");
    }
    await this.#options.users.flushed();
    if (this.#open === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onDrained = resolve;
    const timer = setTimeout(resolve, deadlineMs);
    await promise;
    clearTimeout(timer);
  }

  /** Awaits nothing for a request without a body whose endpoint does not wait. */
  #answer(request: Request, address: () => string): Response | Promise<Response> {
    try {
      const credential = credentialOf(request);
      const session = credential === null ? undefined : this.#login.credential(credential, address);
      if (session instanceof Promise || hasBody(request)) {
        return this.#answerLater(request, { session, address });
      }
      return this.#dispatch(request, { session, address, body: null });
    } catch (error) {
      return this.#refused(error);
    }
  }

  async #answerLater(
    request: Request,
    from: { session: Session | undefined | Promise<Session>; address: () => string },
  ): Promise<Response> {
    try {
      const session = await from.session;
      const maxBytes = session === undefined
        ? STRANGER_BODY_BYTES
        : this.#options.limits.maxMessageBytes;
      const body = parseJson(await this.#bodies.read(request, maxBytes));
      // It may have been ended while the body came.
      if (session?.ended) throw new ApiError(401, "The session has ended");
      return await this.#dispatch(request, { session, address: from.address, body });
    } catch (error) {
      return this.#refused(error);
    }
  }

  #dispatch(
    request: Request,
    { session, address, body }: {
      session: Session | undefined;
      address: () => string;
      body: unknown;
    },
  ): Response | Promise<Response> {
    if (session !== undefined) this.#options.sessions.touch(session);
    const outcome = this.#dispatcher.dispatch({
      method: request.method,
      path: requestTarget(request.url),
      body,
      session,
      socket: session?.socket,
      viaSocket: false,
      address,
    });
    if (!(outcome instanceof Promise)) return this.#response(outcome);
    return outcome.then((outcome) => this.#response(outcome))
      .catch((error) => this.#refused(error));
  }

  #refused(error: unknown): Response {
    const { status, body } = failureOf(error) ?? this.#unexpected(error);
    return new Response(JSON.stringify(body), { status, headers: JSON_HEADERS });
  }

  #response({ code, data, error }: Outcome): Response {
    if (error !== undefined) {
      return new Response(JSON.stringify(error), { status: code, headers: JSON_HEADERS });
    }
    if (code === 204) return new Response(null, { status: 204 });
    if (data instanceof JsonText) {
      return new Response(data.text, { status: code, headers: JSON_HEADERS });
    }
    return Response.json(data ?? null, { status: code });
  }

  #unexpected(error: unknown) {
    this.#complaints.write(`A request failed: ${error instanceof Error ? error.message : error}`);
    return { status: 500, body: { message: "The request could not be answered" } };
  }

  #upgrade(request: Request, address: string): Response {
    const refuse = (status: number, message: string) =>
      new Response(JSON.stringify({ message }), { status, headers: JSON_HEADERS });
    if (!isWellFormed(request)) return refuse(400, "The WebSocket handshake is malformed");
    const { limits, sessions } = this.#options;
    if (this.#stopped) return refuse(503, "The host ends");
    endFailedOpenings();
    if (this.#open >= limits.maxConnections || this.#strangers() >= MOST_STRANGERS) {
      return refuse(503, "There are too many connections");
    }
    this.#open++;
    const { pingInterval, pingTimeout } = this.#settings;
    return acceptWebSocket(request, {
      // The runtime pings at half of it and closes at the other half, with 1001 instead of the 1011
      // of 10.5, which a peer that does not answer cannot see.
      heartbeatMs: (pingInterval() + pingTimeout()) * 1000,
      maxMessageBytes: limits.maxMessageBytes,
      onEnd: () => {
        if (--this.#open === 0) this.#onDrained?.();
      },
    }, (connection) => {
      const socket = new ApiSocket(connection, {
        prefix: targetPath(requestTarget(request.url)),
        address,
        maxOutboxBytes: limits.maxOutboxBytes,
        onOverflow: () => this.#complaints.write("A socket of the API was closed: it is too slow"),
      });
      this.#sockets.add(socket);
      const timer = setTimeout(() => {
        if (socket.session === undefined) socket.close(1008, "not authenticated in time");
      }, this.#options.loginTimeoutMs ?? LOGIN_TIMEOUT_MS);
      const requests = new SocketRequests(socket, {
        dispatcher: this.#dispatcher,
        sessions,
        maxPending: limits.maxPendingCalls,
      });
      if (this.#stopped) socket.close(1001, "the host ends");
      return {
        onText: (text) => requests.take(text),
        onClose: () => {
          clearTimeout(timer);
          this.#sockets.delete(socket);
          socket.ended();
          sessions.detach(socket);
        },
      };
    });
  }

  #strangers(): number {
    let count = this.#open - this.#sockets.size;
    for (const { session } of this.#sockets) if (session === undefined) count++;
    return count;
  }
}

/** Told by the headers: to look at `Request.body` makes a stream. The runtime gives none to GET. */
function hasBody({ method, headers }: Request): boolean {
  if (method === "GET") return false;
  const length = headers.get("content-length");
  return length === null ? headers.has("transfer-encoding") : length !== "0";
}

/** Section 9.1: the official page sends the first. */
function credentialOf({ headers }: Request): string | null {
  return headers.get("x-authorization") ?? headers.get("authorization");
}
