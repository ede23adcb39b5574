/**
 * Outrigger as a library: a host in your own process.
 *
 * @example
 * ```ts
 * import { startHost } from "./mod.ts";
 *
 * await using host = await startHost({ args: ["--enable-server", "--enable-native-api"], show: false });
 * host.url; // http://127.0.0.1:<port>
 * ```
 *
 * @module
 */

export { type Host, type HostOptions, startHost } from "./host.ts";
export type { Caller } from "./auth/credentials.ts";
export type { UserDesktop } from "./desktop/user_desktop.ts";
export { Grant, type NativeLists } from "./auth/grant.ts";
export { type ErrorCode, HostError, StartError, type WireError } from "./errors.ts";
export { type ByteSink, LineWriter } from "./line_writer.ts";
export { HostLog, type Level, type Log, type LogOptions } from "./log.ts";
export { ProcessInput, type ReadBytes } from "./methods/process_input.ts";
export {
  done,
  type Method,
  type MethodTable,
  type Result,
  returned,
  told,
} from "./router/method.ts";
export { Params } from "./router/params.ts";
export { VERSION } from "./version.ts";
