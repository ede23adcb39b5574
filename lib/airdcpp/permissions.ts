/**
 * What a session may do (contracts: AirDC++ 9.5).
 *
 * @module
 */

/** All access strings. Those of file sharing are accepted and stored, and mean nothing here. */
export const ACCESS = [
  "admin",
  "search",
  "download",
  "transfers",
  "events_view",
  "events_edit",
  "queue_view",
  "queue_edit",
  "favorite_hubs_view",
  "favorite_hubs_edit",
  "settings_view",
  "settings_edit",
  "share_view",
  "share_edit",
  "filesystem_view",
  "filesystem_edit",
  "hubs_view",
  "hubs_edit",
  "hubs_send",
  "private_chat_view",
  "private_chat_edit",
  "private_chat_send",
  "filelists_view",
  "filelists_edit",
  "view_file_view",
  "view_file_edit",
] as const;

/** One access string. */
export type Access = typeof ACCESS[number];

const KNOWN: ReadonlySet<unknown> = new Set(ACCESS);

/** Whether a value is an access string. */
export function isAccess(value: unknown): value is Access {
  return KNOWN.has(value);
}

/**
 * A set of access strings. An empty one allows nothing (18 #20), `admin` everything.
 *
 * @example
 * ```ts
 * import { Permissions } from "./permissions.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(new Permissions(["admin"]).allows("search"));
 * assert(new Permissions([]).allows("any"));
 * assertFalse(new Permissions([]).allows("search"));
 * ```
 */
export class Permissions {
  /** Without duplicates, in the order given. */
  readonly list: readonly Access[];
  readonly #set: ReadonlySet<Access>;
  readonly #admin: boolean;

  constructor(list: Iterable<Access>) {
    this.#set = new Set(list);
    this.list = [...this.#set];
    this.#admin = this.#set.has("admin");
  }

  /** @param access `any`: whatever the permissions are */
  allows(access: Access | "any"): boolean {
    return access === "any" || this.#admin || this.#set.has(access);
  }
}
