/**
 * Ways to authenticate (contracts: AirDC++ 9.1 to 9.3).
 *
 * @module
 */

import { digestKey, SecretDigest } from "../auth/token.ts";
import { isLoopbackAddress } from "../server/authority.ts";
import { ApiError } from "./api_error.ts";
import type { Session, SessionUser } from "./session.ts";
import type { Issued, Sessions } from "./sessions.ts";
import { Throttle } from "./throttle.ts";
import { type Users, WebUser } from "./users.ts";

/** What a login is made of. */
export interface LoginOptions {
  sessions: Sessions;
  users: Users;
  /** Default: one with the usual bounds. */
  throttle?: Throttle;
  /** Told of failed logins; may be called often. */
  complain(message: string): void;
}

/** `USER` on the wire (12.7). */
export interface UserBody {
  id: string;
  username: string;
  permissions: readonly string[];
  active_sessions: number;
  /** Unix seconds. */
  last_login: number;
}

/** The session of somebody who sends the password with every request. */
interface BasicLogin {
  session: Session;
  /** Of the password that was right. */
  proof: SecretDigest;
  /** How that was stored: with another one it is not right any more. */
  stored: string | undefined;
}

const BEARER = /^bearer +/i;
const BASIC_IDLE_MS = 60 * 60_000;
/** Attempts that wait because their address has failed often. */
const MOST_WAITING = 64;

/** Turns credentials into sessions. */
export class Login {
  readonly #options: LoginOptions;
  readonly #throttle: Throttle;
  /** Makes the names of nobody into few accounts; nobody else can tell which. */
  readonly #salt: string = crypto.randomUUID();
  readonly #basic = new Map<SessionUser, BasicLogin>();
  readonly #waits = new Set<() => void>();

  constructor(options: LoginOptions) {
    this.#options = options;
    this.#throttle = options.throttle ?? new Throttle();
    options.sessions.observe({
      removed: (session) => {
        if (this.#basic.get(session.user)?.session === session) this.#basic.delete(session.user);
        this.#left(session.user);
      },
    });
  }

  /** Lets those who wait go on, to fail or not; for the end of the host. */
  stop(): void {
    for (const end of this.#waits) end();
  }

  /**
   * Checks a password.
   *
   * @throws {ApiError} 401 when it is wrong, or after too many failures
   */
  async password(username: string, password: string, address: string): Promise<WebUser> {
    const { users } = this.#options;
    const account = this.#account(username);
    await this.#admit(address, account);
    const user = await users.authenticate(username, { password, account });
    if (user === undefined) {
      this.#throttle.failed(address, account);
      this.#options.complain(`A login from ${address} failed`);
      throw new ApiError(401, "Invalid username or password");
    }
    this.#throttle.succeeded(address, account);
    return user;
  }

  /**
   * The session of an `Authorization` header of HTTP; at once where it is a token.
   *
   * @throws {ApiError} 401
   */
  credential(header: string, address: () => string): Session | Promise<Session> {
    const { sessions } = this.#options;
    if (/^basic +/i.test(header)) {
      return this.#basicSession(header.slice("basic ".length).trimStart(), address());
    }
    const session = sessions.byToken(header.replace(BEARER, ""));
    // Looked up only where it matters: it takes a while.
    if (session !== undefined && (!session.localOnly || isLoopbackAddress(address()))) {
      return session;
    }
    return this.#unknownToken(address());
  }

  /**
   * The session of a token given to a socket.
   *
   * @throws {ApiError} 400 when there is none
   */
  token(token: string, address: string): Session | Promise<never> {
    const session = this.#options.sessions.byToken(token);
    if (session !== undefined && (!session.localOnly || isLoopbackAddress(address))) return session;
    return this.#refused(address);
  }

  async #refused(address: string): Promise<never> {
    await this.#unknownToken(address).catch(() => {});
    throw new ApiError(400, "The token is not that of a session");
  }

  /**
   * The user of a refresh token, which ends by it.
   *
   * @throws {ApiError} 400 when there is none
   */
  async refresh(token: string, address: string): Promise<WebUser> {
    const user = this.#options.users.takeRefreshToken(token);
    if (user !== undefined) return user;
    await this.#unknownToken(address).catch(() => {});
    throw new ApiError(400, "The refresh token is wrong or has expired");
  }

  /** A session after a login that has gone well. */
  start(user: WebUser, options: { address: string; maxInactivityMs: number }): Issued {
    const issued = this.#options.sessions.create(user, { type: "plain", ...options });
    this.#options.users.loggedIn(user);
    return issued;
  }

  /** A refresh token of a user. */
  issueRefreshToken(user: WebUser): string {
    return this.#options.users.issueRefreshToken(user);
  }

  /** A user as the wire has it. */
  userBody(user: SessionUser): UserBody {
    return {
      id: user.username,
      username: user.username,
      permissions: user.permissions.list,
      active_sessions: this.#options.sessions.countOf(user),
      last_login: user.lastLogin,
    };
  }

  /** Right tokens never wait and are never refused; a flood of wrong ones is slow. */
  async #unknownToken(address: string): Promise<never> {
    this.#throttle.failed(address);
    await this.#admit(address);
    throw new ApiError(401, "The token is not that of a session");
  }

  async #basicSession(encoded: string, address: string): Promise<Session> {
    const { sessions, users } = this.#options;
    const text = decodeBase64(encoded.trim());
    // Nothing tells which colon is meant; the original takes the last.
    const colon = text?.lastIndexOf(":") ?? -1;
    if (text === undefined || colon < 0) throw new ApiError(401, "The credentials cannot be read");
    const username = text.slice(0, colon);
    const password = text.slice(colon + 1);
    const known = users.get(username);
    const basic = known === undefined ? undefined : this.#basic.get(known);
    // The slow check has been made of this very password.
    if (basic !== undefined && basic.stored === known?.password) {
      if (basic.proof.matches(this.#salt + password)) return basic.session;
    }
    const user = await this.password(username, password, address);
    const proven = { proof: new SecretDigest(this.#salt + password), stored: user.password };
    // Another request may have been quicker, or come with the password before this one.
    const earlier = this.#basic.get(user);
    if (earlier !== undefined) {
      Object.assign(earlier, proven);
      return earlier.session;
    }
    const options = { type: "basic_auth", address, maxInactivityMs: BASIC_IDLE_MS } as const;
    const { session } = sessions.create(user, options);
    this.#basic.set(user, { session, ...proven });
    users.loggedIn(user);
    return session;
  }

  /** A session of a user has ended, of which they have one less. */
  #left(user: SessionUser): void {
    const { users } = this.#options;
    if (user instanceof WebUser && users.get(user.username) === user) users.changed(user);
  }

  #account(username: string): string {
    if (this.#options.users.get(username) !== undefined) return `=${username}`;
    return `?${digestKey(this.#salt + username).slice(0, 2)}`;
  }

  async #admit(address: string, account?: string): Promise<void> {
    const admission = this.#throttle.admit(address, account);
    if (admission.refused) {
      this.#options.complain(`Logins from ${address} are refused for a while: too many failed`);
      throw new ApiError(401, "Too many login attempts, try again later");
    }
    if (admission.waitMs === 0 || this.#waits.size >= MOST_WAITING) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waits.add(resolve);
    const timer = setTimeout(resolve, admission.waitMs);
    await promise;
    clearTimeout(timer);
    this.#waits.delete(resolve);
  }
}

function decodeBase64(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(text));
  } catch {
    return undefined;
  }
}
