/**
 * Outrigger as a library: a host in your own process.
 *
 * @example
 * ```ts
 * import { customMethod, startHost } from "./mod.ts";
 *
 * await using host = await startHost({
 *   args: ["--enable-server", "--enable-native-api"],
 *   // Neutralino.custom.add(1, 2) in a page
 *   methods: {
 *     add: customMethod({ arg0: "number", arg1: "number" }, ({ arg0, arg1 }) => arg0 + arg1),
 *   },
 *   show: false,
 * });
 * host.url; // http://127.0.0.1:<port>
 * ```
 *
 * @module
 */

export { type Host, startHost } from "./host.ts";
export type { HostOptions } from "./host/host_options.ts";
export type { Caller } from "./auth/credentials.ts";
export type { UserDesktop } from "./desktop/user_desktop.ts";
export { Grant, type NativeLists } from "./auth/grant.ts";
export { type ErrorCode, HostError, StartError, type WireError } from "./errors.ts";
export { type ByteSink, LineWriter } from "./line_writer.ts";
export { HostLog, type Level, type Log, type LogOptions } from "./log.ts";
export {
  type CustomHandler,
  type CustomMethod,
  customMethod,
  type CustomMethods,
  type ParametersOf,
  type ParameterTypes,
} from "./methods/custom.ts";
export { ProcessInput, type ReadBytes } from "./methods/process_input.ts";
export { VERSION } from "./version.ts";
