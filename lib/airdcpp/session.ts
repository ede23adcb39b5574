/**
 * An authenticated identity of the API.
 *
 * @module
 */

import type { Access, Permissions } from "./permissions.ts";
import type { ApiSocket } from "./socket.ts";

/** `type` of a session on the wire (contracts: AirDC++ 9.4). `secure` is not served here. */
export type SessionKind = "plain" | "secure" | "basic_auth" | "extension";

/** Whose session it is. */
export interface SessionUser {
  readonly username: string;
  /** May change while the session lives. */
  readonly permissions: Permissions;
  /** Unix seconds; 0: never. */
  readonly lastLogin: number;
}

/** Settings of a {@linkcode Session}. */
export interface SessionOptions {
  type: SessionKind;
  user: SessionUser;
  /** The peer's; `localhost` for extensions. */
  address: string;
  /** After how much silence it ends, milliseconds; 0: never. */
  maxInactivityMs: number;
  /** Milliseconds of the clock of `Sessions`. */
  now: number;
}

/** Address of sessions that the host itself gives to programs of this machine. */
export const LOCAL = "localhost";

/** One session. `Sessions` makes and ends it. */
export class Session {
  /** Public id: unsigned, 32 random bits, never 0. */
  readonly id: number = publicId();
  readonly type: SessionKind;
  readonly user: SessionUser;
  readonly address: string;
  readonly maxInactivityMs: number;
  /** Milliseconds of the clock of `Sessions`. */
  lastActivity: number;
  /** What is attached to it. */
  socket: ApiSocket | undefined;
  ended = false;

  constructor(options: SessionOptions) {
    this.type = options.type;
    this.user = options.user;
    this.address = options.address;
    this.maxInactivityMs = options.maxInactivityMs;
    this.lastActivity = options.now;
  }

  /** Whether it is one of this machine, whose token is worth nothing elsewhere (18 #2). */
  get localOnly(): boolean {
    return this.address === LOCAL;
  }

  /** Whether its user has a permission now. */
  allows(access: Access | "any"): boolean {
    return this.user.permissions.allows(access);
  }
}

function publicId(): number {
  const bits = new Uint32Array(1);
  do crypto.getRandomValues(bits); while (bits[0] === 0);
  return bits[0]!;
}
