/**
 * The globals script: what a page knows of its host (contracts: Neutralino 2.6, 2.7).
 *
 * @module
 */

/** The version of the protocol that `NL_VERSION` names. */
export const PROTOCOL_VERSION = "6.9.0";

/** Values of the variables, without the `NL_` prefix; `undefined` ones are left out. */
export type Globals = Readonly<Record<string, unknown>>;

/**
 * One line of `var NL_X=...;` statements.
 *
 * An empty token must not take away the one that an earlier script of the same page brought, so it
 * is only set where there is none.
 *
 * @param token the page's access token, or `""`
 *
 * @example
 * ```ts
 * import { globalsScript } from "./globals.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(globalsScript({ PORT: 1, PATH: "</x>" }, "a.b"),
 *   'var NL_PORT=1;var NL_PATH="\\u003c/x>";var NL_TOKEN="a.b";');
 * ```
 */
export function globalsScript(globals: Globals, token: string): string {
  let script = "";
  for (const [name, value] of Object.entries(globals)) {
    if (value !== undefined) script += `var NL_${name}=${literal(value)};`;
  }
  const statement = `var NL_TOKEN=${literal(token)};`;
  return script + (token === "" ? `if(!globalThis.NL_TOKEN){${statement}}` : statement);
}

/** JSON that is also safe inside a `<script>` element and in older JavaScript. */
function literal(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Gives out the page's token: once, or always, as `tokenSecurity` says. */
export class TokenDispenser {
  readonly #token: string;
  readonly #once: boolean;
  #given = false;

  constructor(token: string, options: { once: boolean }) {
    this.#token = token;
    this.#once = options.once;
  }

  /** What `take()` would give. */
  get next(): string {
    return this.#once && this.#given ? "" : this.#token;
  }

  /** The token, or `""` when it has been given out and may be so only once. */
  take(): string {
    const token = this.next;
    this.#given = true;
    return token;
  }
}
