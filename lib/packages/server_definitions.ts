/**
 * The settings of the host itself that the API shows (contracts: AirDC++ 8.7).
 *
 * @module
 */

import { defaultEngines } from "./engines.ts";
import { type Definition, parseDefinitions } from "./setting_definition.ts";

/** Keys of the module `settings`. */
export const SERVER_KEYS = [
  "web_plain_port",
  "web_tls_port",
  "web_plain_bind_address",
  "web_tls_bind_address",
  "web_tls_certificate_path",
  "web_tls_certificate_key_path",
  "web_server_threads",
  "default_idle_timeout",
  "ping_interval",
  "ping_timeout",
  "extension_engines",
  "extensions_debug_mode",
  "extensions_init_timeout",
  "extensions_auto_update",
  "list_menuitems_hook_timeout",
] as const;

/** One of them. */
export type ServerKey = typeof SERVER_KEYS[number];

/** Their definitions, by default the ones of this operating system. */
export function serverDefinitions(os: typeof Deno.build.os = Deno.build.os): Definition[] {
  const number = (default_value: number, min = 0, max?: number) => ({
    type: "number",
    default_value,
    min,
    max,
  });
  const text = { type: "string", default_value: "", optional: true };
  const file = { type: "existing_file_path", default_value: "", optional: true };
  const boolean = { type: "boolean", default_value: false };
  const described: Record<ServerKey, [title: string, rest: Record<string, unknown>]> = {
    web_plain_port: ["HTTP port (0: none)", number(5600, 0, 65535)],
    web_tls_port: ["HTTPS port (0: none)", number(5601, 0, 65535)],
    web_plain_bind_address: ["Address that HTTP listens at (empty: any)", text],
    web_tls_bind_address: ["Address that HTTPS listens at (empty: any)", text],
    web_tls_certificate_path: ["Certificate", file],
    web_tls_certificate_key_path: ["Key of the certificate", file],
    web_server_threads: ["Threads of the server", number(4, 1, 100)],
    default_idle_timeout: ["Minutes after which an idle session ends (0: never)", number(20)],
    ping_interval: ["Seconds between two pings", number(30, 1, 10000)],
    ping_timeout: ["Seconds that an answer to a ping may take", number(10, 1, 10000)],
    extension_engines: ["Programs that run extensions", {
      type: "list",
      item_type: "struct",
      default_value: defaultEngines(os),
      definitions: [
        { key: "name", title: "Name", type: "string", default_value: "" },
        { key: "command", title: "Command", type: "string", default_value: "" },
        {
          key: "arguments",
          title: "Arguments",
          type: "list",
          item_type: "string",
          optional: true,
        },
      ],
    }],
    extensions_debug_mode: ["Extensions write more into their logs", boolean],
    extensions_init_timeout: ["Seconds to wait for extensions at start", number(5, 1, 60)],
    // The original updates by itself; here somebody has to want that (3.5, HOST).
    extensions_auto_update: ["Update extensions by itself", boolean],
    list_menuitems_hook_timeout: ["Seconds that menus wait for extensions", number(1, 1, 60)],
  };
  const json = SERVER_KEYS.map((key) => ({
    key,
    title: described[key][0],
    ...described[key][1],
  }));
  return parseDefinitions(json, { os, nestedLists: true });
}
