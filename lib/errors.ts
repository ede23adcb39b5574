/**
 * The one table of wire error codes (contracts: Neutralino 5.5) and the errors that carry them.
 *
 * @module
 */

/**
 * Code to message template; `%1` stands for the one parameter a code takes.
 * Source: the wire protocol, section 5.5, and 10.4 for the retired codes.
 */
const TEMPLATES = {
  NE_ST_INVSTKY: "Invalid storage key format. The key should match regex: %1",
  NE_ST_NOSTKEX: "Unable to find storage key: %1",
  NE_ST_STKEYWE: "Unable to write data to key: %1",
  NE_ST_STKEYRE: "Unable to remove storage key: %1",
  NE_ST_NOSTDIR: "Unable to read storage directory: %1",
  NE_OS_UNLTOUP: "Unable to update process id: %1",
  NE_OS_INVNOTA: "Invalid notification style arguments: %1",
  NE_OS_INVMSGA: "Invalid message box style arguments: %1",
  NE_OS_TRAYIER: "Unable to initialize the tray menu",
  NE_OS_INVKNPT: "Invalid platform path name: %1",
  NE_OS_UNLTRAS: "Unable to move %1 item to trash",
  NE_OS_UNLTOUV: "Unable to set environment variable",
  NE_CO_UNLTOSC: "Unable to set mouse cursor",
  NE_CO_UNLTOMG: "Unable to set mouse grabbing",
  NE_CO_UNLTONI: "Unable to retrieve network interfaces",
  NE_CO_UNLTOSK: "Unable to send keys",
  NE_CO_UNLTODI: "Unable to retrieve disk information",
  NE_EX_EXTNOTC: "%1 is not connected yet",
  NE_FS_FILWRER: "Unable to write file: %1",
  NE_FS_DIRCRER: "Cannot create a directory in %1",
  NE_FS_REMVERR: "Cannot remove path: %1",
  NE_FS_FILRDER: "Unable to open file: %1",
  NE_FS_NOPATHE: "Unable to open path %1",
  NE_FS_NOTADIR: "Path %1 is not a directory",
  NE_FS_COPYERR: "Cannot perform copy: %1",
  NE_FS_MOVEERR: "Cannot perform move: %1",
  NE_FS_FILOPER: "Unable to open file: %1",
  NE_FS_UNLTOUP: "Unable to update opened file id: %1",
  NE_FS_UNLTFOP: "Unable to find opened file id: %1",
  NE_FS_UNLCWAT: "Unable to create watcher for path: %1",
  NE_FS_NOWATID: "Unable to find watcher: %1",
  NE_FS_UNLSTPR: "Unable to set file permissions for %1",
  NE_FS_ACSFAIL: "File access check failed for %1",
  NE_FS_CHMDERR: "Unable to change permissions for %1",
  NE_FS_CHWNERR: "Unable to change ownership for %1",
  NE_WI_UNBSWSR: "Unable to save window screenshot to %1",
  NE_RT_INVTOKN: "Invalid or expired NL_TOKEN value from client",
  NE_RT_APIPRME: "Missing permission to access Native API",
  NE_RT_NATPRME: "Missing permission to execute the native method: %1",
  NE_RT_NATRTER: "Native method execution error occurred. Required parameter is missing: %1",
  NE_RT_NATNTIM: "%1 is not implemented in the Neutralinojs server",
  NE_RS_TREEGER: "Resource file tree generation error. %1 is missing.",
  NE_RS_UNBLDRE: "Unable to load application resource file %1",
  NE_RS_NOPATHE: "Path (%1) doesn't exist in resources",
  NE_RS_FILEXTF: "Unable to extract the requested file to %1",
  NE_RS_DIREXTF: "Unable to extract the requested directory to %1",
  NE_SR_UNBSEND: "Unable to send native message",
  NE_SR_UNBPARS: "Unable to parse native call payload",
  NE_SR_MPINUSE: "Mount path is already in use: %1",
  NE_SR_NOMTPTH: "Cannot unmount %1, the path that was not mounted",
  NE_NW_SSLCONN: "SSL connection failed: %1",
  NE_NW_SSLLOAD: "SSL certificate loading failed: %1",
  NE_NW_SSLVERI: "SSL server verification failed for %1",
  NE_NW_SSLHOST: "SSL hostname verification failed for %1",
  NE_NW_HTTPERR: "HTTP error: %1",
  NE_CF_UNBLDCF: "Unable to load the %1 configuration file. Framework defaults will be loaded.",
  NE_CF_UNBPRCF: "Unable to parse the config file: %1",
  NE_CF_UNSUPMD: "Unsupported mode: %1. The default mode (window) is selected.",
  NE_CF_UNBLWCF: "Unable to load the window config file: %1",
  NE_FS_FILRMER: "Cannot remove file: %1",
  NE_FS_RMDIRER: "Cannot remove directory: %1",
  NE_FS_COPYFER: "Cannot perform copy: %1",
  NE_FS_MOVEFER: "Cannot perform move: %1",
  // Ours from here on: starting and stopping extensions, and calls to them
  // (lib/extensions/PROTOCOL.md).
  OR_EX_UNKNOWN: "No extension of this id is loaded: %1",
  OR_EX_NOCOMMD: "The extension is started elsewhere, it has no command: %1",
  OR_EX_LOADED: "An extension of this id is loaded already: %1",
  OR_EX_NEEDED: "Other extensions depend on it: %1",
  OR_EX_PACKAGE: "The extension is a package, which is removed as such: %1",
  OR_EX_BADDEF: "The extension's definition cannot be used: %1",
  OR_CA_NOMETHD: "The extension does not provide this method: %1",
  OR_CA_TIMEOUT: "No answer within the deadline from extension %1",
  OR_CA_ENDED: "The extension left before it answered: %1",
  OR_CA_CANCELD: "The call was cancelled: %1",
  OR_CA_TOOMANY: "Too many calls wait for extension %1",
  OR_HK_TOOMANY: "Too many hooks are registered or wait for their answers",
  OR_CA_SAMEID: "A call of this id is under way: %1",
} as const;

/** A wire error code. */
export type ErrorCode = keyof typeof TEMPLATES;

/** The members of a wire error. */
export interface WireError {
  code: ErrorCode;
  message: string;
}

/**
 * The wire error of a code.
 *
 * @param code which error
 * @param parameter what stands for `%1`; inserted literally, `$` included
 *
 * @example
 * ```ts
 * import { wireError } from "./errors.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(wireError("NE_EX_EXTNOTC", "js.a").message, "js.a is not connected yet");
 * ```
 */
export function wireError(code: ErrorCode, parameter = ""): WireError {
  return { code, message: TEMPLATES[code].replace("%1", () => parameter) };
}

/** Thrown by a method to answer its caller with a wire error. */
export class HostError extends Error {
  override readonly name = "HostError";
  /** The wire code. */
  readonly code: ErrorCode;
  /** Further members of the answer beside `error`, such as `returnValue: []` of `storage.getKeys`. */
  readonly extra: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, parameter = "", extra?: Readonly<Record<string, unknown>>) {
    super(wireError(code, parameter).message);
    this.code = code;
    this.extra = extra;
  }
}

/** The error of a call that its caller's scopes do not allow; `what` names the one that would have to. */
export function forbidden(method: string, what: string): HostError {
  return new HostError("NE_RT_NATPRME", `${method} (${what})`);
}

/** What an extension says of a call that it could not fulfil. */
export interface ExtensionError {
  /** Its own code; any text. */
  code: string;
  message: string;
  /** Any JSON value. */
  data?: unknown;
  /** Tells it from the host's own errors. */
  from?: "extension";
}

/**
 * Something the user gave (config, flag, folder, port) stops the host from starting.
 * The message is one readable line; it is shown without a stack trace and ends the process with
 * exit code 1.
 */
export class StartError extends Error {
  override readonly name = "StartError";
}
