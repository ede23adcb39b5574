/**
 * A request as it goes over the wire, made of what a page asked for (contracts: Neutralino 6.9).
 *
 * @module
 */

import { VERSION } from "../version.ts";

/** What a page asks for. */
export interface RequestOptions {
  /** In upper case. */
  method: string;
  url: Address;
  /** Names and values; only characters that a header may have. */
  headers: readonly Header[];
  /** Query of a GET, form body of a POST without `body`. */
  params: readonly (readonly [name: string, value: string])[];
  auth?: { username: string; password: string } | undefined;
  body?: string | undefined;
  /** `undefined` when none was given; `""` means JSON. */
  contentType?: string | undefined;
  /** Percent-encodes what an address may not hold. */
  encodePath: boolean;
  keepAlive: boolean;
}

/** One header field. */
export type Header = readonly [name: string, value: string];

/** Where a request goes. */
export interface Address {
  secure: boolean;
  /** A name in ASCII, or an IP address without brackets. */
  hostname: string;
  port: number;
  /** Path and query, with the first slash. */
  target: string;
}

/** One request on its way. */
export interface Outgoing {
  method: string;
  url: Address;
  headers: readonly Header[];
  body: Uint8Array<ArrayBuffer> | undefined;
}

/** They say where the message ends, which is ours to say. */
const FRAMING = new Set(["content-length", "transfer-encoding"]);

/**
 * The parts of `http(s)://host[:port][/...]`.
 *
 * @returns `undefined` for anything else
 *
 * @example
 * ```ts
 * import { parseAddress } from "./outgoing.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const address = { secure: false, hostname: "::1", port: 8080, target: "/a/../b?c" };
 * assertEquals(parseAddress("http://[::1]:8080/a/../b?c#d"), address);
 * assertEquals(parseAddress("ftp://a.example/"), undefined);
 * ```
 */
export function parseAddress(text: string): Address | undefined {
  const match = /^(https?):\/\/(\[[\da-f:.]+\]|[^\s/?#:@\\[\]]+)(?::(\d{1,5}))?([/?#][^]*)?$/i
    .exec(text);
  if (match === null) return undefined;
  const [, scheme, host, port, rest = "/"] = match;
  const origin = `${scheme!}://${host!}${port === undefined ? "" : `:${port}`}`;
  if (!URL.canParse(origin)) return undefined;
  const { protocol, hostname, port: ownPort } = new URL(origin);
  const secure = protocol === "https:";
  const target = rest.split("#", 1)[0]!;
  return {
    secure,
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: ownPort === "" ? (secure ? 443 : 80) : Number(ownPort),
    target: target.startsWith("/") ? target : `/${target}`,
  };
}

/** The request that a page's options ask for. */
export function outgoing(options: RequestOptions): Outgoing {
  const { method, params } = options;
  let { target } = options.url;
  if (options.encodePath) target = encoded(target);
  const form = new URLSearchParams(params.map(([name, value]) => [name, value])).toString();
  if (method === "GET" && form !== "") target += (target.includes("?") ? "&" : "?") + form;
  const { type, body } = bodyOf(options, form);
  const headers = new Map<string, Header>();
  const add = (...header: Header) => headers.set(header[0].toLowerCase(), header);
  add("Host", hostOf(options.url));
  add("User-Agent", `Outrigger/${VERSION}`);
  add("Accept", "*/*");
  if (!options.keepAlive) add("Connection", "close");
  if (type !== undefined) add("Content-Type", type);
  if (options.auth !== undefined) {
    const { username, password } = options.auth;
    add("Authorization", `Basic ${utf8(`${username}:${password}`).toBase64()}`);
  }
  for (const [name, value] of options.headers) {
    // A content type that is given as such wins over one among the headers.
    const isOther = name.toLowerCase() !== "content-type" || options.contentType === undefined;
    if (isOther) add(name, value);
  }
  return { method, url: { ...options.url, target }, headers: [...headers.values()], body };
}

function bodyOf({ method, body, contentType }: RequestOptions, form: string) {
  if (!["POST", "PUT", "PATCH", "DELETE"].includes(method)) return {};
  if (body !== undefined) {
    const type = contentType === "" ? "application/json" : contentType ?? "text/plain";
    return { type, body: utf8(body) };
  }
  if (method === "POST" && form !== "") {
    return { type: "application/x-www-form-urlencoded", body: utf8(form) };
  }
  // Without a length some servers would wait for a body.
  return method === "DELETE" ? {} : { body: utf8("") };
}

/**
 * The request that follows a redirect, by the rules of browsers: what knows its sender stays behind
 * when the origin changes, and a form is sent once.
 *
 * @param location the `Location` of the answer
 * @returns `undefined` where it leads to no HTTP address
 */
export function redirected(
  { method, url, headers, body }: Outgoing,
  { status, location }: { status: number; location: string },
): Outgoing | undefined {
  const base = `${originOf(url)}${url.target}`;
  if (!URL.canParse(location, base)) return undefined;
  const next = parseAddress(new URL(location, base).href.replace(/^(https?:\/\/)[^/]*@/, "$1"));
  if (next === undefined) return undefined;
  const dropped = new Set(["host"]);
  if (originOf(next) === originOf(url)) dropped.clear();
  else for (const name of ["authorization", "cookie", "proxy-authorization"]) dropped.add(name);
  const asGet = status === 303
    ? method !== "GET" && method !== "HEAD"
    : (status === 301 || status === 302) && method === "POST";
  if (asGet) dropped.add("content-type");
  const kept = headers.filter(([name]) => !dropped.has(name.toLowerCase()));
  return {
    method: asGet ? "GET" : method,
    url: next,
    headers: dropped.has("host") ? [["Host", hostOf(next)], ...kept] : kept,
    body: asGet ? undefined : body,
  };
}

/** The bytes before the body. */
export function headBytes({ method, url, headers, body }: Outgoing): Uint8Array<ArrayBuffer> {
  const lines = headers.filter(([name]) => !FRAMING.has(name.toLowerCase()))
    .map(([name, value]) => `${name}: ${value}\r\n`);
  if (body !== undefined) lines.push(`Content-Length: ${body.length}\r\n`);
  return utf8(`${method} ${url.target} HTTP/1.1\r\n${lines.join("")}\r\n`);
}

/** Existing escapes stay as they are. */
function encoded(target: string): string {
  return target.toWellFormed().replace(/[^\x21-\x7e]|["<>\\^`{|}]/gu, encodeURIComponent);
}

function originOf(url: Address): string {
  return `${url.secure ? "https" : "http"}://${hostOf(url)}`;
}

function hostOf({ secure, hostname, port }: Address): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return port === (secure ? 443 : 80) ? host : `${host}:${port}`;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
