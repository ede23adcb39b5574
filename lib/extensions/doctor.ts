/**
 * Why an extension is not connected: verdicts over evidence, the most specific first.
 *
 * @module
 */

import type { Refusal, RefusalCode } from "../server/refusals.ts";
import {
  commandNotFound,
  errorLines,
  lastLines,
  MODULE_MISSED,
  notExecutable,
  readsArguments,
  readsStdin,
  refusesAppPid,
  refusesArguments,
  toPort,
  wrongPort,
} from "./doctor_output.ts";
import type { PrintedLine } from "./logs.ts";
import { howItEnded, sourceOf } from "./reports.ts";
import type { ExtensionState } from "./state.ts";
import type { LastExit } from "./state_change.ts";

/** What is known of an extension. */
export interface Evidence {
  extensionId: string;
  /** Absent: it is started elsewhere. */
  command: string | undefined;
  /** Whether it is a package, whose entry nobody has written. */
  packaged: boolean;
  autoStart: boolean;
  startTimeoutMs: number;
  state: ExtensionState;
  /** Why it is in that state, in a clause. */
  reason: string;
  /** Whether its command runs now. */
  alive: boolean;
  uptimeMs: number | undefined;
  /** How its last run got its credentials: `both`, `stdin` or `arguments`; absent before the first. */
  handshake: string | undefined;
  lastExit: LastExit | undefined;
  /** Whether its last run was connected once. */
  everConnected: boolean;
  /** The last lines of its last run, as long as it was not connected. */
  lines: readonly PrintedLine[];
  /** Refused connections since that run began, whoever tried. */
  refusals: readonly Refusal[];
  /** Ids of all loaded extensions. */
  loaded: readonly string[];
  /** Whether others of them are not connected either. */
  othersAway: boolean;
  /** Where it finds the host; 0 without a server. */
  port: number;
  /** Folders that its command was searched in. */
  path: string;
  authInfoExported: boolean;
  /** Programs of its that wait for something on their stdin. */
  waitingForInput: readonly string[];
  /** Ports of this machine that it is connected to. */
  localPorts: readonly number[];
}

/** What is wrong, and what to do. */
export interface Finding {
  /** One of those in `README.md`, such as `command-not-found`. */
  id: string;
  /** One sentence. */
  verdict: string;
  /** What it is concluded from. */
  detail: string;
  advice: string;
}

type Verdict = (evidence: Evidence) => Finding | undefined;

/**
 * What is wrong with an extension: everything specific that is found, or else what can be said in
 * general. Nothing for one that is connected.
 */
export function diagnose(evidence: Evidence): Finding[] {
  if (evidence.state === "connected") return [];
  const found = SPECIFIC.map((verdict) => verdict(evidence)).filter((it) => it !== undefined);
  if (found.length > 0) return found;
  const general = GENERAL.map((verdict) => verdict(evidence)).find((it) => it !== undefined);
  return general === undefined ? [] : [general];
}

function noServer({ port }: Evidence): Finding | undefined {
  return port !== 0 ? undefined : {
    id: "no-server",
    verdict: "The host does not listen, so nothing can connect.",
    detail: '"enableServer" is off.',
    advice: 'Set "enableServer": true in the configuration.',
  };
}

/** A verdict on refused connections. */
function refused(
  codes: readonly RefusalCode[],
  describe: (refusal: Refusal, evidence: Evidence) => Finding,
): Verdict {
  return (evidence) => {
    const refusal = evidence.refusals.findLast((refusal) =>
      codes.includes(refusal.code) && concerns(refusal, evidence)
    );
    return refusal && describe(refusal, evidence);
  };
}

/** Whether a refused connection was this extension's, as far as one can tell. */
function concerns({ owner, claimedId }: Refusal, evidence: Evidence): boolean {
  const { extensionId, loaded, othersAway } = evidence;
  if (owner !== undefined) return owner === extensionId;
  if (claimedId !== undefined && loaded.includes(claimedId)) return claimedId === extensionId;
  // Nothing says whose it was; it can only be that of one that is missing.
  return !othersAway;
}

const foreignOrigin = refused(["origin"], ({ origin, ...refusal }) => ({
  id: "foreign-origin",
  verdict: `It connects with the foreign Origin ${quoted(origin)}.`,
  detail: attempts(refusal),
  advice:
    'Programs send no Origin header: turn it off in its WebSocket library. Is it a page, list its origin in "allowedOrigins".',
}));

const foreignHost = refused(["host"], ({ host, ...refusal }) => ({
  id: "foreign-host",
  verdict: `It connects to this machine by the name ${quoted(host)}.`,
  detail: attempts(refusal),
  advice: "Let it connect to 127.0.0.1 or localhost, at the port it was told.",
}));

const idMismatch = refused(["other-id", "without-id", "not-loaded"], (refusal, evidence) => ({
  id: "id-mismatch",
  verdict: refusal.claimedId === undefined
    ? `It connects without its id, which is "${evidence.extensionId}".`
    : `It connects as "${refusal.claimedId}", but its id is "${evidence.extensionId}".`,
  detail: attempts(refusal),
  advice:
    'Let it send the extensionId that it was told (nlExtensionId, --nl-extension-id), or change "id" in its entry.',
}));

const exportedToken = refused(["exported-token"], (refusal) => ({
  id: "exported-token",
  verdict: "It connects with the exported auth info, which is the token of another program.",
  detail: attempts(refusal),
  advice:
    'Let it use what it was told (JSON on stdin, or --nl-* arguments, see "handshake"), or start it yourself and take "command" out of its entry.',
}));

const wrongToken = refused(["wrong-token"], (refusal) => ({
  id: "wrong-token",
  verdict: "It connects with a wrong connect token.",
  detail: attempts(refusal),
  advice:
    "The token is another one at each start: let it send the nlConnectToken that it was told this time, not a stored one.",
}));

const missingToken = refused(["no-token", "nobody", "malformed"], (refusal) => ({
  id: refusal.code === "malformed" ? "malformed-handshake" : "missing-token",
  verdict: refusal.code === "malformed"
    ? "What it sends is no proper WebSocket handshake."
    : "It connects without a connect token.",
  detail: attempts(refusal),
  advice: refusal.code === "malformed"
    ? "Let it use a WebSocket library of version 13, the only one in use."
    : 'Let it add connectToken=<nlConnectToken> to the address. An older one needs "handshake": "both", no "requireConnectToken" and a library that sends no Origin (websocket-client of Python: suppress_origin=True).',
}));

const otherRun = refused(["not-running"], (refusal, { extensionId }) => ({
  id: "not-started-here",
  verdict: "A program connects in its name that the host has not started.",
  detail: attempts(refusal),
  advice: `Start it by the host (${startOf(extensionId)}), or remove "command" from its entry.`,
}));

function wrongPortOpen({ localPorts, port }: Evidence): Finding | undefined {
  const [other] = localPorts;
  if (other === undefined || localPorts.includes(port)) return undefined;
  return toPort(other, port, `It has a connection to port ${other} of this machine.`);
}

function waitsOnStdin({ alive, waitingForInput, handshake }: Evidence): Finding | undefined {
  if (!alive || waitingForInput.length === 0) return undefined;
  const got = handshake === "arguments"
    ? "the host gives it nothing there"
    : "the host gave its command one JSON object there and closed it";
  return {
    id: "waits-on-stdin",
    verdict: `It waits for input on stdin: ${waitingForInput.join(", ")}`,
    detail: `It reads from its stdin now; ${got}.`,
    advice: 'Look what stands before it in "command": its stdin must be that of the command.' +
      (handshake === "arguments" ? ' Or give its entry "handshake": "both".' : ""),
  };
}

/** The finding about one that somebody else is to start. */
export function startedElsewhere(
  { command, authInfoExported }: Pick<Evidence, "command" | "authInfoExported">,
): Finding | undefined {
  if (command !== undefined) return undefined;
  return authInfoExported
    ? {
      id: "not-started-elsewhere",
      verdict: "Nobody has tried to connect as this extension.",
      detail: "It has no command: a program started elsewhere is to connect.",
      advice: "Start that program; it finds port and token in .tmp/auth_info.json.",
    }
    : {
      id: "auth-info-off",
      verdict: "The program that should connect cannot know port and token.",
      detail: 'It has no command, and "exportAuthInfo" is off.',
      advice: 'Set "exportAuthInfo": true in the configuration.',
    };
}

function notStarted(
  { extensionId, handshake, state, reason, autoStart }: Evidence,
): Finding | undefined {
  if (handshake !== undefined || state === "starting") return undefined;
  const failed = state === "failed" || state === "restarting";
  return {
    id: failed ? "cannot-start" : "not-started",
    verdict: failed ? "It could not be started." : "It has not been started.",
    detail: failed || autoStart ? reason : '"autoStart" is false.',
    advice: `${failed ? "Put that right, then s" : "S"}tart it: ${startOf(extensionId)}`,
  };
}

function stopped({ extensionId, state, reason, alive }: Evidence): Finding | undefined {
  // An end of its own has another reason than a wish.
  if (alive || state !== "stopped" || reason.startsWith("it ended")) return undefined;
  return {
    id: "stopped",
    verdict: "It was stopped.",
    detail: reason,
    advice: `Start it: ${startOf(extensionId)}`,
  };
}

const OF_ENTRY = ' Shall it be started again, set "restart".';

/** What to do about a package that has ended. */
function ofPackage({ extensionId }: Evidence, { stderr }: LastExit): string {
  const refused = stderr.some((line) => MODULE_MISSED.test(line));
  return (refused
    ? ' Does it need no file sharing, let its grant say "foreignModules": "compat".'
    : "") +
    ` Then start it: outrigger ext start ${extensionId}`;
}

function exited(evidence: Evidence): Finding | undefined {
  const { extensionId, alive, lastExit, reason, handshake, packaged, everConnected } = evidence;
  if (alive || lastExit === undefined) return undefined;
  const end = `ended with ${howItEnded(lastExit)}`;
  // Then the reason goes on: it was restarted so many times already.
  const tried = reason.includes(`${end},`);
  return {
    id: "exited",
    verdict: sentence(reason.includes(end) ? reason : `it ${end}`),
    detail: everConnected
      ? errorLines(lastExit.stderr) || "It had been connected, and printed nothing on stderr."
      : lastLines(evidence.lines) || "It printed nothing.",
    advice: `See why in its log: outrigger logs ${extensionId}.` +
      (everConnected ? "" : ` It got its credentials by ${sourceOf(handshake ?? "")}.`) +
      (packaged ? ofPackage(evidence, lastExit) : tried ? "" : OF_ENTRY),
  };
}

function disconnected(
  { extensionId, command, alive, reason, lines }: Evidence,
): Finding | undefined {
  const lost = reason === "its connection ended" || reason.startsWith("it gave no sign of life");
  if (!lost || !alive && command !== undefined) return undefined;
  const said = lastLines(lines);
  return {
    id: "disconnected",
    verdict: "It was connected, and has not connected again.",
    detail: sentence(reason) + (said && `\n${said}`),
    advice: command === undefined
      ? "Let its program connect again, or start it again; port and token are in .tmp/auth_info.json."
      : `Let it connect again, or end when its connection does. Now: ${
        startOf(extensionId, "restart")
      }`,
  };
}

function starting({ alive, uptimeMs = 0, startTimeoutMs }: Evidence): Finding | undefined {
  if (!alive || uptimeMs >= startTimeoutMs) return undefined;
  return {
    id: "starting",
    verdict: "It is starting.",
    detail: `It runs for ${Math.round(uptimeMs / 100) / 10} s and may take ${
      startTimeoutMs / 1000
    } s ("startTimeoutMs").`,
    advice: "Wait, and ask again.",
  };
}

function noAttempt(
  { alive, handshake, lines, packaged, port }: Evidence,
): Finding | undefined {
  if (!alive) return undefined;
  return {
    id: "no-attempt",
    verdict: "It runs, but no attempt of its to connect has reached the host.",
    detail: lastLines(lines) || "It printed nothing.",
    advice: packaged
      ? `It should ask the API at 127.0.0.1:${port}, with the token among its arguments.`
      : `It should connect to ws://127.0.0.1:${port}. It got its credentials by ${
        sourceOf(handshake ?? "")
      }: does it read them there? If not, change "handshake" in its entry.`,
  };
}

const SPECIFIC: readonly Verdict[] = [
  noServer,
  commandNotFound,
  notExecutable,
  foreignOrigin,
  foreignHost,
  idMismatch,
  exportedToken,
  wrongToken,
  missingToken,
  otherRun,
  refusesArguments,
  refusesAppPid,
  readsArguments,
  readsStdin,
  wrongPort,
  waitsOnStdin,
];

const GENERAL: readonly Verdict[] = [
  disconnected,
  startedElsewhere,
  notStarted,
  stopped,
  exited,
  wrongPortOpen,
  starting,
  noAttempt,
];

function startOf(extensionId: string, verb = "start"): string {
  return `outrigger call extensions.${verb} '${JSON.stringify({ extensionId })}'`;
}

function attempts({ reason, count }: Pick<Refusal, "reason" | "count">): string {
  return `The host refused ${count === 1 ? "a connection" : `${count} connections`}: ${reason}`;
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

function quoted(text: string | undefined): string {
  return JSON.stringify(text ?? "");
}
