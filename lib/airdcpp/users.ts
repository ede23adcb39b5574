/**
 * Users that can log in (contracts: AirDC++ 9.4, 12.7).
 *
 * @module
 */

import { digestKey } from "../auth/token.ts";
import type { Log } from "../log.ts";
import { FieldError } from "../packages/field_error.ts";
import { ApiError } from "./api_error.ts";
import { invalid } from "./fields.ts";
import { KeptFile } from "./kept_file.ts";
import { type Access, isAccess, Permissions } from "./permissions.ts";
import { Passwords } from "./password.ts";
import type { SessionUser } from "./session.ts";

/** A user given by the configuration. */
export interface ConfiguredUser {
  username: string;
  /** In clear. Absent: nobody can log in with a password. */
  password?: string;
  permissions: readonly Access[];
}

/** Settings of {@linkcode Users.open}. */
export interface UsersOptions {
  /** `DIR/.outrigger`; exists. `web-users.json` is in it. */
  folder: string;
  log: Log;
  /** Override users of the file, and are not written. Default none. */
  configured?: readonly ConfiguredUser[];
  /** Default: those with 600,000 rounds. */
  passwords?: Passwords;
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number;
}

/** A user. */
export class WebUser implements SessionUser {
  readonly username: string;
  /** Whether the configuration gives it. */
  readonly configured: boolean;
  permissions: Permissions;
  lastLogin = 0;
  /** As it is stored. */
  password: string | undefined;

  constructor(username: string, options: { permissions: Permissions; configured: boolean }) {
    this.username = username;
    this.permissions = options.permissions;
    this.configured = options.configured;
  }
}

/** Told of changes, after the fact. */
export interface UserObserver {
  added?(user: WebUser): void;
  /** Also of a login, which changes its time. */
  updated?(user: WebUser): void;
  removed?(user: WebUser): void;
}

interface RefreshToken {
  digest: string;
  username: string;
  /** Unix seconds. */
  expiresOn: number;
}

const REFRESH_SECONDS = 30 * 24 * 3600;
/** Refresh tokens of one user; the oldest goes. */
const MOST_REFRESH_TOKENS = 100;
const USERNAME = /^\w{1,64}$/;
const LONGEST_PASSWORD = 1024;

/** The users of one host. */
export class Users {
  readonly #users = new Map<string, WebUser>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #observers = new Set<UserObserver>();
  readonly #file: KeptFile;
  readonly #passwords: Passwords;
  readonly #now: () => number;
  /** Users of the file that the configuration overrides: they are written back as they were. */
  readonly #overridden: unknown[] = [];

  private constructor(options: UsersOptions) {
    this.#file = new KeptFile(`${options.folder}/web-users.json`, options);
    this.#passwords = options.passwords ?? new Passwords();
    this.#now = options.now ?? Date.now;
  }

  /** Loads the users. A broken file is put aside; see {@linkcode KeptFile}. */
  static async open(options: UsersOptions): Promise<Users> {
    const users = new Users(options);
    for (const { username, password, permissions } of options.configured ?? []) {
      const user = new WebUser(username, {
        permissions: new Permissions(permissions),
        configured: true,
      });
      if (password !== undefined) user.password = await users.#passwords.encode(password);
      users.#users.set(username, user);
    }
    await users.#file.load((json) => users.#read(json));
    return users;
  }

  /** All, in the order of their names. */
  get all(): WebUser[] {
    return [...this.#users.values()].sort((a, b) => a.username < b.username ? -1 : 1);
  }

  /** The user of a name. */
  get(username: string): WebUser | undefined {
    return this.#users.get(username);
  }

  /** Adds somebody who is told of changes. */
  observe(observer: UserObserver): void {
    this.#observers.add(observer);
  }

  /** Settles when everything is written, or cannot be; whether it is. */
  flushed(): Promise<boolean> {
    return this.#file.flushed();
  }

  /**
   * The user, if the password is right. Takes as long where there is no such user.
   *
   * @param account whose turn the work takes; see {@linkcode Passwords}
   * @throws {ApiError} 401 when too many attempts wait
   */
  async authenticate(
    username: string,
    { password, account }: { password: string; account: string },
  ): Promise<WebUser | undefined> {
    const user = this.#users.get(username);
    const stored = user?.password;
    const right = password.length <= LONGEST_PASSWORD &&
      await this.#passwords.matches(password, { stored, account });
    // It may have been removed or given another password meanwhile.
    const same = this.#users.get(username) === user && Object.is(user?.password, stored);
    return right && same ? user : undefined;
  }

  /** Notes a login. */
  loggedIn(user: WebUser): void {
    user.lastLogin = this.#seconds();
    this.#save();
    this.changed(user);
  }

  /** Tells that something about a user has changed which is not kept here, such as its sessions. */
  changed(user: WebUser): void {
    for (const observer of this.#observers) observer.updated?.(user);
  }

  /** @throws {FieldError} for a name or password that cannot be, or a name that is taken */
  async add(
    username: string,
    { password, permissions }: { password: string; permissions: readonly Access[] },
  ): Promise<WebUser> {
    if (!USERNAME.test(username)) {
      throw invalid("username", "1 to 64 letters, digits or underscores");
    }
    const taken = () => {
      if (!this.#users.has(username)) return;
      throw new FieldError("username", {
        code: "already_exists",
        message: "There is a user of this name already",
      });
    };
    taken();
    const stored = await this.#encode(password);
    taken();
    const user = new WebUser(username, {
      permissions: new Permissions(permissions),
      configured: false,
    });
    user.password = stored;
    this.#users.set(username, user);
    this.#save();
    for (const observer of this.#observers) observer.added?.(user);
    return user;
  }

  /**
   * Changes a user. Its refresh tokens end; its sessions are the caller's business.
   *
   * @throws {ApiError} 400 for one of the configuration, 404 for one who is removed meanwhile
   */
  async update(
    user: WebUser,
    { password, permissions }: {
      password?: string | undefined;
      permissions?: readonly Access[] | undefined;
    },
  ): Promise<void> {
    refuseConfigured(user);
    const stored = password === undefined ? user.password : await this.#encode(password);
    if (this.#users.get(user.username) !== user) throw new ApiError(404, "There is no such user");
    user.password = stored;
    if (permissions !== undefined) user.permissions = new Permissions(permissions);
    this.#dropRefreshTokens(user.username);
    this.#save();
    this.changed(user);
  }

  /** @throws {ApiError} 400 for one of the configuration */
  remove(user: WebUser): void {
    refuseConfigured(user);
    if (!this.#users.delete(user.username)) return;
    this.#dropRefreshTokens(user.username);
    this.#save();
    for (const observer of this.#observers) observer.removed?.(user);
  }

  /** A token that can be turned into a session once, for 30 days. The host keeps a digest. */
  issueRefreshToken(user: WebUser): string {
    const token = crypto.randomUUID();
    const digest = digestKey(token);
    const own = [...this.#refreshTokens.values()].filter((it) => it.username === user.username);
    if (own.length >= MOST_REFRESH_TOKENS) this.#refreshTokens.delete(own[0]!.digest);
    const expiresOn = this.#seconds() + REFRESH_SECONDS;
    this.#refreshTokens.set(digest, { digest, username: user.username, expiresOn });
    this.#save();
    return token;
  }

  /** Whose refresh token it is; it is worth nothing any more. */
  takeRefreshToken(token: string): WebUser | undefined {
    const digest = digestKey(token);
    const found = this.#refreshTokens.get(digest);
    if (found === undefined) return undefined;
    this.#refreshTokens.delete(digest);
    this.#save();
    return found.expiresOn > this.#seconds() ? this.#users.get(found.username) : undefined;
  }

  #encode(password: string): Promise<string> {
    if (password === "" || password.length > LONGEST_PASSWORD) {
      throw invalid("password", `1 to ${LONGEST_PASSWORD} characters`);
    }
    return this.#passwords.encode(password);
  }

  #dropRefreshTokens(username: string): void {
    for (const [digest, token] of this.#refreshTokens) {
      if (token.username === username) this.#refreshTokens.delete(digest);
    }
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  /** @throws {TypeError} when the file is not what this host writes */
  #read(json: unknown): void {
    const { settings } = json as { settings: { users: unknown[]; refresh_tokens: unknown[] } };
    const users = settings.users.map((entry) => ({ entry, user: userOf(entry) }));
    const now = this.#seconds();
    const tokens = settings.refresh_tokens.map(refreshTokenOf);
    for (const { entry, user } of users) {
      if (this.#users.has(user.username)) this.#overridden.push(entry);
      else this.#users.set(user.username, user);
    }
    for (const token of tokens) {
      if (token.expiresOn > now) this.#refreshTokens.set(token.digest, token);
    }
  }

  #save(): void {
    this.#file.save(() => ({
      version: 1,
      settings: {
        users: [
          ...this.#overridden,
          ...this.all.filter(({ configured }) => !configured).map((user) => ({
            username: user.username,
            password: user.password ?? "",
            last_login: user.lastLogin,
            permissions: user.permissions.list,
          })),
        ],
        refresh_tokens: [...this.#refreshTokens.values()].map((token) => ({
          token: token.digest,
          username: token.username,
          expires_on: token.expiresOn,
        })),
      },
    }));
  }
}

function refuseConfigured({ configured }: WebUser): void {
  if (configured) throw new ApiError(400, "The user is given by the host's configuration");
}

/** Permissions that are not known are left out; none are none (18 #20). */
function userOf(entry: unknown): WebUser {
  const { username, password, last_login, permissions } = entry as Record<string, unknown>;
  if (typeof username !== "string" || !Array.isArray(permissions)) {
    throw new TypeError("a user has no name or permissions");
  }
  const user = new WebUser(username, {
    permissions: new Permissions(permissions.filter(isAccess)),
    configured: false,
  });
  if (typeof password === "string") user.password = password;
  if (typeof last_login === "number") user.lastLogin = Math.floor(last_login);
  return user;
}

function refreshTokenOf(entry: unknown): RefreshToken {
  const { token, username, expires_on } = entry as Record<string, unknown>;
  if (
    typeof token !== "string" || typeof username !== "string" || typeof expires_on !== "number"
  ) {
    throw new TypeError("a refresh token has no token, user or expiry");
  }
  return { digest: token, username, expiresOn: expires_on };
}
