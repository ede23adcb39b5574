/**
 * Who a WebSocket handshake is from (contracts: Neutralino 3.1, 10.3; security rows 13 and 15).
 *
 * @module
 */

import type { Caller, Credentials, Identity } from "../auth/credentials.ts";
import type { Grant } from "../auth/grant.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import { type RefusalCause, type RefusalCode, wordBehind } from "../server/refusals.ts";

/** What a handshake says. Host and Origin have been checked already. */
export interface HandshakeRequest {
  /** Path and query as sent, not decoded. */
  target: string;
  /** Whether there is an `Origin` header: only browsers send one. */
  fromBrowser: boolean;
  /** Whether the peer is on this machine. */
  fromLoopback: boolean;
}

/** What a handshake is checked against. */
export interface HandshakeContext {
  credentials: Credentials;
  entry(extensionId: string): ExtensionEntry | undefined;
  grant(extensionId: string): Grant | undefined;
  isConnected(extensionId: string): boolean;
  /** Whether connections without a connect token may be accepted at all. */
  allowTokenless: boolean;
}

/** Accepted: who it is, and whose access token its requests must carry. */
export interface Accepted {
  caller: Caller;
  identity: Identity;
}

/** Refused before the upgrade. Nothing in it is secret. */
export interface Refused extends RefusalCause {
  status: 400 | 409;
}

/**
 * Decides about a handshake.
 *
 * With a connect token, its owner connects: the page or a backend as an app client, an extension
 * under its own id, and a backend under the id of an entry that has no command. Without one, only
 * what the older generation did is possible, under the conditions of security row 15.
 */
export function resolveHandshake(
  request: HandshakeRequest,
  context: HandshakeContext,
): Accepted | Refused {
  const { target } = request;
  const extensionId = target.includes("extensionId=")
    ? wordBehind(target, "extensionId") ?? ""
    : undefined;
  const result = target.includes("connectToken=")
    ? withToken(wordBehind(target, "connectToken") ?? "", extensionId, context)
    : withoutToken(extensionId, request, context);
  if ("reason" in result || extensionId === undefined) return result;
  if (context.isConnected(extensionId)) {
    const reason = `extension ${quoted(extensionId)} is connected already`;
    return { status: 409, code: "connected-already", reason };
  }
  return result;
}

function withToken(
  connectToken: string,
  extensionId: string | undefined,
  context: HandshakeContext,
): Accepted | Refused {
  const identity = context.credentials.byConnectToken(connectToken) ??
    byAccessToken(connectToken, extensionId, context);
  if (identity === undefined) {
    return refused("wrong-token", "the connect token is wrong or no longer valid");
  }
  const { caller } = identity;
  const owner = caller.extensionId;
  if (extensionId === undefined) {
    if (owner === undefined) return { caller, identity };
    return refused(
      "without-id",
      `extension ${quoted(owner)} connects without its extensionId`,
      owner,
    );
  }
  const entry = context.entry(extensionId);
  if (entry === undefined) return notLoaded(extensionId, owner);
  if (caller.extensionId === extensionId) return { caller, identity };
  if (caller.kind === "backend") {
    if (entry.command === undefined) return { caller: standIn(extensionId, context), identity };
    return refused("exported-token", exportedToken(extensionId));
  }
  const who = owner === undefined ? `a ${caller.kind}` : `extension ${quoted(owner)}`;
  return refused("other-id", `${who} connects as extension ${quoted(extensionId)}`, owner);
}

/**
 * An extension that looks at its arguments first knows of no connect token, and some then send their
 * access token in its place. It proves more.
 */
function byAccessToken(
  token: string,
  extensionId: string | undefined,
  { credentials, entry }: HandshakeContext,
): Identity | undefined {
  if (extensionId === undefined || entry(extensionId)?.handshake === "stdin") return undefined;
  const identity = credentials.extension(extensionId);
  return identity?.owns(token) ? identity : undefined;
}

/** Some libraries of programs send one too, and the program cannot be told from a page by it. */
const WITH_ORIGIN = " and with an Origin header, as browsers do; a program has to leave it out " +
  "(websocket-client of Python: suppress_origin=True)";

function withoutToken(
  extensionId: string | undefined,
  request: HandshakeRequest,
  context: HandshakeContext,
): Accepted | Refused {
  if (extensionId === undefined) {
    const reason = "there is neither a connectToken nor an extensionId";
    const advice = request.fromBrowser ? ": pages need @neutralinojs/lib 5 or newer" : "";
    return refused("nobody", reason + advice);
  }
  const entry = context.entry(extensionId);
  if (entry === undefined) return notLoaded(extensionId);
  const missing = `extension ${quoted(extensionId)} connects without its connectToken`;
  if (!context.allowTokenless) {
    const where = `cloud mode, "requireConnectToken" and the port of sandboxed extensions`;
    return refused("no-token", `${missing}, which ${where} demand`);
  }
  if (entry.handshake === "stdin") {
    return refused("no-token", `${missing}, which "handshake": "stdin" demands`);
  }
  if (request.fromBrowser) return refused("no-token", missing + WITH_ORIGIN);
  if (!request.fromLoopback) return refused("no-token", `${missing}, from another machine`);
  if (entry.command === undefined) {
    return { caller: standIn(extensionId, context), identity: context.credentials.backend };
  }
  const identity = context.credentials.extension(extensionId);
  if (identity === undefined) {
    return refused("not-running", `extension ${quoted(extensionId)} is not running`);
  }
  return { caller: identity.caller, identity };
}

/** A backend in the role of an extension: what that extension's entry forbids, it may not do. */
function standIn(extensionId: string, context: HandshakeContext): Caller {
  const { caller } = context.credentials.backend;
  return { kind: "backend", extensionId, grant: context.grant(extensionId) ?? caller.grant };
}

function exportedToken(extensionId: string): string {
  return `extension ${quoted(extensionId)} connects with the exported auth info, which is for ` +
    "programs that the host has not started";
}

function notLoaded(extensionId: string, owner?: string): Refused {
  return refused("not-loaded", `extension ${quoted(extensionId)} is not loaded`, owner);
}

function refused(code: RefusalCode, reason: string, owner?: string): Refused {
  return { status: 400, code, reason, ...(owner === undefined ? {} : { owner }) };
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
