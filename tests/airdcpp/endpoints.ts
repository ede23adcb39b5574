/**
 * Every endpoint of the contract (AirDC++ 12). The suite wants rows for each.
 *
 * @module
 */

import type { Access } from "../../lib/airdcpp/permissions.ts";

/** One endpoint. */
export interface Endpoint {
  id: string;
  /** `METHOD path`, with placeholders filled so that the path's shape is right. */
  request: string;
  permission: Access | "any" | "none";
  /** Status of success. */
  success: 200 | 201 | 204;
  /** How listeners are added and removed. */
  listener?: boolean;
}

const LIST: [string, string, Endpoint["permission"], Endpoint["success"], "listener"?][] = [
  ["E1", "POST sessions/authorize", "none", 200],
  ["E2", "POST sessions/socket", "none", 200],
  ["E3", "POST sessions/activity", "any", 204],
  ["E4", "GET sessions/self", "any", 200],
  ["E5", "DELETE sessions/self", "any", 204],
  ["E6", "GET sessions", "admin", 200],
  ["E7", "GET sessions/1", "admin", 200],
  ["E8", "DELETE sessions/1", "admin", 204],
  ["E9", "POST sessions/listeners/session_created", "admin", 204, "listener"],
  ["E10", "DELETE sessions/listeners/session_created", "admin", 204, "listener"],
  ["E11", "GET extensions", "settings_view", 200],
  ["E12", "POST extensions", "admin", 200],
  ["E13", "POST extensions/download", "admin", 204],
  ["E14", "GET extensions/engines/status", "settings_view", 200],
  ["E15", "POST extensions/listeners/extension_added", "settings_view", 204, "listener"],
  ["E16", "DELETE extensions/listeners/extension_added", "settings_view", 204, "listener"],
  ["E17", "GET extensions/airdcpp-x", "settings_view", 200],
  ["E18", "PATCH extensions/airdcpp-x", "admin", 204],
  ["E19", "DELETE extensions/airdcpp-x", "admin", 204],
  ["E20", "POST extensions/airdcpp-x/start", "admin", 204],
  ["E21", "POST extensions/airdcpp-x/stop", "admin", 204],
  ["E22", "POST extensions/airdcpp-x/ready", "any", 204],
  ["E23", "GET extensions/airdcpp-x/settings", "settings_view", 200],
  ["E24", "PATCH extensions/airdcpp-x/settings", "settings_edit", 204],
  ["E25", "GET extensions/airdcpp-x/settings/definitions", "settings_view", 200],
  ["E26", "POST extensions/airdcpp-x/settings/definitions", "settings_edit", 204],
  [
    "E27",
    "POST extensions/airdcpp-x/listeners/extension_updated",
    "settings_view",
    204,
    "listener",
  ],
  [
    "E28",
    "DELETE extensions/airdcpp-x/listeners/extension_updated",
    "settings_view",
    204,
    "listener",
  ],
  ["E29", "POST settings/get", "any", 200],
  ["E30", "POST settings/set", "settings_edit", 204],
  ["E31", "POST settings/reset", "settings_edit", 204],
  ["E32", "POST settings/definitions", "settings_view", 200],
  ["E33", "POST settings/get_defaults", "any", 200],
  ["E34", "POST settings/set_defaults", "settings_edit", 204],
  ["E35", "GET system/system_info", "any", 200],
  ["E36", "GET system/stats", "any", 200],
  ["E37", "GET system/away", "any", 200],
  ["E38", "POST system/away", "any", 200],
  ["E39", "POST system/restart_web", "admin", 204],
  ["E40", "POST system/shutdown", "admin", 204],
  ["E41", "POST system/listeners/away_state", "any", 204, "listener"],
  ["E42", "DELETE system/listeners/away_state", "any", 204, "listener"],
  ["E43", "POST events", "events_edit", 204],
  ["E44", "GET events/0", "events_view", 200],
  ["E45", "DELETE events", "events_edit", 204],
  ["E46", "POST events/read", "events_view", 204],
  ["E47", "GET events/counts", "events_view", 200],
  ["E48", "POST events/listeners/event_message", "events_view", 204, "listener"],
  ["E49", "DELETE events/listeners/event_message", "events_view", 204, "listener"],
  ["E50", "POST menus/extension/list_grouped", "any", 200],
  ["E51", "POST menus/extension/select", "any", 204],
  ["E52", "POST menus/listeners/extension_menuitem_selected", "any", 204, "listener"],
  ["E53", "DELETE menus/listeners/extension_menuitem_selected", "any", 204, "listener"],
  ["E54", "GET menus/hooks/extension_list_menuitems", "any", 200],
  ["E55", "POST menus/hooks/extension_list_menuitems", "any", 204, "listener"],
  ["E56", "DELETE menus/hooks/extension_list_menuitems", "any", 204, "listener"],
  ["E57", "POST menus/hooks/extension_list_menuitems/1/resolve", "any", 204],
  ["E58", "POST menus/hooks/extension_list_menuitems/1/reject", "any", 204],
  ["E59", "GET web_users", "admin", 200],
  ["E60", "POST web_users", "admin", 200],
  ["E61", "GET web_users/somebody", "admin", 200],
  ["E62", "PATCH web_users/somebody", "admin", 200],
  ["E63", "DELETE web_users/somebody", "admin", 204],
  ["E64", "POST web_users/listeners/web_user_added", "admin", 204, "listener"],
  ["E65", "DELETE web_users/listeners/web_user_added", "admin", 204, "listener"],
  ["E66", "POST /temp", "filesystem_edit", 201],
  ["E67", "GET /proxy", "any", 200],
  ["E68", "GET /", "none", 200],
];

/** E1 to E68. */
export const ENDPOINTS: readonly Endpoint[] = LIST.map(
  ([id, request, permission, success, listener]) => ({
    id,
    request,
    permission,
    success,
    ...(listener === undefined ? {} : { listener: true }),
  }),
);

/** The module of an endpoint; "" for those outside of `/api`. */
export function moduleOf({ request }: Endpoint): string {
  return request.split(" ")[1]!.split("/")[0]!;
}
