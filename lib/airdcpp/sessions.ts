/**
 * Who is authenticated, and until when (contracts: AirDC++ 9.4).
 *
 * @module
 */

import { digestKey } from "../auth/token.ts";
import { ApiError } from "./api_error.ts";
import type { Permissions } from "./permissions.ts";
import { LOCAL, Session, type SessionKind, type SessionUser } from "./session.ts";
import type { ApiSocket } from "./socket.ts";

/** Told of what becomes of sessions. All are called after the fact. */
export interface SessionObserver {
  created?(session: Session): void;
  removed?(session: Session, timedOut: boolean): void;
  attached?(session: Session, socket: ApiSocket): void;
  /** It was used by a request. */
  touched?(session: Session): void;
  /** Also when another socket takes its place, and when the session ends. */
  detached?(session: Session, socket: ApiSocket): void;
}

/** Settings of {@linkcode Sessions}. */
export interface SessionsOptions {
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  now?: () => number;
  /** How often idle ones are looked for, milliseconds. Default 30,000. */
  sweepMs?: number;
  /** Most sessions of one user; then the one idle for longest ends. Default 100. */
  maxPerUser?: number;
}

/** A session and the one copy of its token: the host keeps a digest only. */
export interface Issued {
  token: string;
  session: Session;
}

const SWEEP_MS = 30_000;
const MAX_PER_USER = 100;
const MOST_PROVEN = 256;

/** The sessions of one host. */
export class Sessions {
  readonly #byDigest = new Map<string, Session>();
  readonly #digests = new Map<Session, string>();
  readonly #proven = new Map<string, Session>();
  readonly #byId = new Map<number, Session>();
  readonly #byUser = new Map<SessionUser, Set<Session>>();
  readonly #observers = new Set<SessionObserver>();
  readonly #now: () => number;
  readonly #maxPerUser: number;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(options: SessionsOptions = {}) {
    this.#now = options.now ?? (() => performance.now());
    this.#maxPerUser = options.maxPerUser ?? MAX_PER_USER;
    this.#timer = setInterval(() => this.sweep(), options.sweepMs ?? SWEEP_MS);
  }

  /** Ends the search for idle sessions; for the end of the host. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Adds somebody who is told of changes. */
  observe(observer: SessionObserver): void {
    this.#observers.add(observer);
  }

  /** All, oldest first. */
  get all(): Session[] {
    return [...this.#byId.values()];
  }

  /**
   * Whose token it is. It is hashed first, so that nothing compares the token itself. One that has
   * proven itself is remembered for a while, since the hash is a fifth of what a request costs: the
   * map compares texts only where their hashes are equal, which are seeded, and so tells nothing of
   * how much of a token is right.
   */
  byToken(token: string): Session | undefined {
    const proven = this.#proven.get(token);
    if (proven !== undefined) return proven;
    const session = this.#byDigest.get(digestKey(token));
    if (session === undefined) return undefined;
    if (this.#proven.size >= MOST_PROVEN) this.#proven.clear();
    this.#proven.set(token, session);
    return session;
  }

  /** The session of a public id. */
  byId(id: number): Session | undefined {
    return this.#byId.get(id);
  }

  /** How many sessions a user has. */
  countOf(user: SessionUser): number {
    return this.#byUser.get(user)?.size ?? 0;
  }

  /** Milliseconds since the last request or the loss of the socket. */
  idleMs(session: Session): number {
    return Math.max(0, Math.round(this.#now() - session.lastActivity));
  }

  /**
   * Starts a session.
   *
   * @throws {ApiError} 503 when the user has too many, all with sockets
   */
  create(
    user: SessionUser,
    options: { type: Exclude<SessionKind, "extension">; address: string; maxInactivityMs: number },
  ): Issued {
    this.#makeRoom(user);
    return this.#add(new Session({ ...options, user, now: this.#now() }));
  }

  /**
   * Starts the session of an extension that the host is about to run. It never expires, and while a
   * socket is attached no other can take its place; end it when the process has ended.
   */
  issueExtension(name: string, permissions: Permissions): Issued {
    const user: SessionUser = { username: name, permissions, lastLogin: 0 };
    return this.#add(
      new Session({
        type: "extension",
        user,
        address: LOCAL,
        maxInactivityMs: 0,
        now: this.#now(),
      }),
    );
  }

  /**
   * Ends a session; its socket is closed with 1000 when it has its last answer.
   * Does nothing for one that has ended.
   */
  end(session: Session, { timedOut = false }: { timedOut?: boolean } = {}): void {
    if (session.ended) return;
    session.ended = true;
    this.#byDigest.delete(this.#digests.get(session)!);
    this.#digests.delete(session);
    for (const [token, proven] of this.#proven) {
      if (proven === session) this.#proven.delete(token);
    }
    this.#byId.delete(session.id);
    const ofUser = this.#byUser.get(session.user)!;
    ofUser.delete(session);
    if (ofUser.size === 0) this.#byUser.delete(session.user);
    const { socket } = session;
    if (socket !== undefined) {
      this.detach(socket);
      socket.closeWhenAnswered(1000, "the session has ended");
    }
    for (const observer of this.#observers) observer.removed?.(session, timedOut);
  }

  /** Ends all sessions of a user. @param except one that stays */
  endOf(user: SessionUser, except?: Session): void {
    for (const session of [...this.#byUser.get(user) ?? []]) {
      if (session !== except) this.end(session);
    }
  }

  /**
   * Attaches a socket, which is authenticated from now on. An earlier one of the session is closed
   * with 1008 (10.5); that of an extension is not, because whoever has seen its command line could
   * take its place (security row 13).
   *
   * @throws {ApiError} 400 when an extension is connected already
   */
  attach(session: Session, socket: ApiSocket): void {
    const earlier = session.socket;
    if (earlier !== undefined) {
      if (session.type === "extension") {
        throw new ApiError(400, "The extension is connected already");
      }
      this.detach(earlier);
      earlier.close(1008, "another socket has taken over the session");
    }
    session.socket = socket;
    socket.session = session;
    for (const observer of this.#observers) observer.attached?.(session, socket);
  }

  /** Takes a socket from its session, if it has one: it has closed or is about to be. */
  detach(socket: ApiSocket): void {
    const { session } = socket;
    if (session === undefined) return;
    socket.session = undefined;
    session.socket = undefined;
    session.lastActivity = this.#now();
    for (const observer of this.#observers) observer.detached?.(session, socket);
  }

  /** Notes a sign of life. */
  touch(session: Session): void {
    session.lastActivity = this.#now();
    for (const { touched } of this.#observers) touched?.(session);
  }

  /** Ends the sessions that have been idle for too long. */
  sweep(): void {
    for (const session of this.all) {
      const { maxInactivityMs, socket } = session;
      if (maxInactivityMs === 0 || socket !== undefined) continue;
      if (this.idleMs(session) > maxInactivityMs) this.end(session, { timedOut: true });
    }
  }

  #makeRoom(user: SessionUser): void {
    const own = this.#byUser.get(user);
    if (own === undefined || own.size < this.#maxPerUser) return;
    let oldest: Session | undefined;
    for (const session of own) {
      if (session.socket !== undefined) continue;
      if (oldest === undefined || session.lastActivity < oldest.lastActivity) oldest = session;
    }
    if (oldest === undefined) throw new ApiError(503, "This user has too many sessions");
    this.end(oldest, { timedOut: true });
  }

  #add(session: Session): Issued {
    const token = crypto.randomUUID();
    const key = digestKey(token);
    this.#byDigest.set(key, session);
    this.#digests.set(session, key);
    this.#byId.set(session.id, session);
    const ofUser = this.#byUser.get(session.user) ?? new Set();
    this.#byUser.set(session.user, ofUser.add(session));
    for (const observer of this.#observers) observer.created?.(session);
    return { token, session };
  }
}
