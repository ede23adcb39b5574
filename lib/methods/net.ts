/**
 * `net.*`: requests to other servers (contracts: Neutralino 6.9).
 *
 * @module
 */

import { serverOf } from "../auth/host_pattern.ts";
import { forbidden, HostError } from "../errors.ts";
import type { Header } from "../net/outgoing.ts";
import { LONGEST_TIMER_MS } from "../process/clock.ts";
import { jsonOfText, JsonText } from "../router/json_text.ts";
import { type Method, type MethodTable, returned } from "../router/method.ts";
import { Params, wrongType } from "../router/params.ts";
import { isLoopbackAddress } from "../server/authority.ts";

/** What `net.*` needs of its host. */
export interface NetHost {
  /** Certificates in PEM that are trusted beside those of the system. */
  trustedCertificates: readonly string[];
  /** Aborted when the host ends. */
  signal: AbortSignal;
  /** Of the app's own server, once it listens. */
  port: () => number;
}

const METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"];
/** Without a `timeout`: nothing waits for ever. */
const DEFAULT_TIMEOUT_MS = 300_000;

/** The table of `net.*`. */
export function netMethods(host: NetHost): MethodTable {
  return new Map<string, Method>([
    ["net.request", {
      required: ["url"],
      async run(params, { grant, extensionId }) {
        const text = params.string("url");
        const method = params.string("method", "GET");
        const timeoutMs = params.int("timeout", 0);
        const options = {
          params: texts(params, "params"),
          headers: headers(params),
          auth: auth(params),
          body: params.has("body") ? params.string("body") : undefined,
          contentType: params.has("contentType") ? params.string("contentType") : undefined,
          encodePath: params.bool("encodePath", true),
          keepAlive: params.bool("keepAlive", false),
        };
        const allowRedirects = params.bool("allowRedirects", false);
        checkValue(options.contentType ?? "");
        // Loaded here: no start needs it.
        const [{ parseAddress }, { request }] = await Promise.all([
          import("../net/outgoing.ts"),
          import("../net/request.ts"),
        ]);
        const url = parseAddress(text);
        if (url === undefined) throw new HostError("NE_RT_NATRTER", "url");
        // deno-lint-ignore no-control-regex
        if (!options.encodePath && /[\x00-\x20\x7f]/.test(url.target)) throw wrongType();
        if (!METHODS.includes(method)) throw new HostError("NE_NW_HTTPERR", "Unknown");
        const { port, ...common } = host;
        const { body, ...rest } = await request({ ...options, method, url }, {
          ...common,
          allowRedirects,
          checkServer({ hostname, port }) {
            const refusal = grant.refusal({ server: serverOf(hostname, port) });
            if (typeof refusal === "string") throw forbidden("net.request", refusal);
          },
          checkConnection(connection) {
            if (extensionId === undefined || !grant.closesOwnServer) return;
            if (!leadsTo(port(), connection)) return;
            throw forbidden("net.request", `the app's own server, which no netHosts names`);
          },
          timeoutMs: timeoutMs > 0 ? Math.min(timeoutMs, LONGEST_TIMER_MS) : DEFAULT_TIMEOUT_MS,
        });
        const json = await jsonOfText(body);
        if (typeof json === "string") return returned({ ...rest, body });
        return returned(new JsonText(`${JSON.stringify(rest).slice(0, -1)},"body":${json.text}}`));
      },
    }],
  ]);
}

/** Whatever name it was found by. */
function leadsTo(port: number, { localAddr, remoteAddr }: Deno.Conn): boolean {
  if (localAddr.transport !== "tcp" || remoteAddr.transport !== "tcp") return false;
  return remoteAddr.port === port &&
    (isLoopbackAddress(remoteAddr.hostname) || remoteAddr.hostname === localAddr.hostname);
}

function headers(params: Params): Header[] {
  const headers = texts(params, "headers");
  for (const [name, value] of headers) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw wrongType();
    checkValue(value);
  }
  return headers;
}

/** A value must not begin a line of its own. */
function checkValue(value: string): void {
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) throw wrongType();
}

function auth(params: Params): { username: string; password: string } | undefined {
  const given = new Params(object(params, "auth"));
  if (!given.has("username") && !given.has("password")) return undefined;
  return { username: given.string("username"), password: given.string("password") };
}

/** Members of an object that are texts; others are left out. */
function texts(params: Params, name: string): [name: string, value: string][] {
  return Object.entries(object(params, name))
    .filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

function object(params: Params, name: string): object {
  const value = params.value(name) ?? {};
  if (typeof value !== "object" || Array.isArray(value)) throw wrongType();
  return value;
}
