/**
 * Which connections were refused and why, for a diagnosis. Holds nothing secret.
 *
 * @module
 */

import { requestTarget } from "./target.ts";

/** Why a connection was refused. */
export type RefusalCode =
  /** Its `Host` header is foreign. */
  | "host"
  /** Its `Origin` header is foreign. */
  | "origin"
  /** It is no proper WebSocket handshake. */
  | "malformed"
  /** Its connect token belongs to nobody, or to somebody who has left. */
  | "wrong-token"
  /** It has no connect token and needs one. */
  | "no-token"
  /** It names neither an extension nor has it a token. */
  | "nobody"
  /** The extension that it names is not loaded. */
  | "not-loaded"
  /** It has the token of somebody else than it says it is. */
  | "other-id"
  /** It has a backend's token and names an extension that the host starts. */
  | "exported-token"
  /** It has the token of an extension and names none. */
  | "without-id"
  /** The extension that it names has been started by the host and has ended. */
  | "not-running"
  /** The extension that it names has a connection. */
  | "connected-already"
  /** The host ends or has too many connections. */
  | "no-room";

/** What was found out about a refused connection. */
export interface RefusalCause {
  code: RefusalCode;
  /** A clause for people. */
  reason: string;
  /** The extension whose connect token came. */
  owner?: string;
}

/** One or more refused attempts of the same kind. */
export interface Refusal extends RefusalCause {
  /** The extension id that was claimed. */
  claimedId?: string;
  origin?: string;
  host?: string;
  /** Whether a connect token came at all. */
  withToken: boolean;
  count: number;
  /** Of the last one; milliseconds since the epoch. */
  at: number;
}

const MOST = 64;
const LONGEST = 100;

/** The refusals of one host, the latest last. Those alike count as one; a few dozen are kept. */
export class Refusals {
  readonly #kept = new Map<string, Refusal>();

  /** Notes a refusal, if it was a WebSocket that was asked for. */
  add({ url, headers }: Request, cause: RefusalCause): void {
    if (headers.get("upgrade")?.toLowerCase() !== "websocket") return;
    const target = requestTarget(url);
    const about = {
      ...cause,
      ...member("claimedId", wordBehind(target, "extensionId")),
      ...member("origin", headers.get("origin")),
      ...member("host", headers.get("host")),
      withToken: target.includes("connectToken="),
    };
    const key = JSON.stringify(about);
    const count = (this.#kept.get(key)?.count ?? 0) + 1;
    this.#kept.delete(key);
    this.#kept.set(key, { ...about, count, at: Date.now() });
    if (this.#kept.size > MOST) this.#kept.delete(this.#kept.keys().next().value!);
  }

  /** Those since a moment, the latest last. @param since milliseconds since the epoch */
  since(since: number): Refusal[] {
    return [...this.#kept.values()].filter(({ at }) => at >= since);
  }
}

/**
 * The first run of id characters behind `name=`. Not decoded on purpose: `neu` sends an id that is
 * followed by encoded white space.
 */
export function wordBehind(target: string, name: string): string | undefined {
  return new RegExp(`${name}=([A-Za-z0-9_.-]+)`).exec(target)?.[1];
}

function member<Key extends string>(key: Key, value: string | null | undefined) {
  return value === null || value === undefined
    ? {}
    : { [key]: value.slice(0, LONGEST) } as { [K in Key]: string };
}
