/**
 * Settings of every type (contracts: AirDC++ 8.2, 8.3), as a host sends them, with values.
 *
 * @module
 */

import type { FakeHost } from "./fake_api.ts";

/** Definitions. */
export const DEFINITIONS = [
  { key: "flag", title: "Flag", type: "boolean", default_value: false, help: "Turns it on" },
  { key: "count", title: "Count", type: "number", default_value: 3, min: 1, max: 10 },
  {
    key: "level",
    title: "Level",
    type: "number",
    default_value: 1,
    min: 0,
    options: [
      { id: 1, name: "Low" },
      { id: 2, name: "High" },
    ],
  },
  { key: "word", title: "Word", type: "string", default_value: "" },
  {
    key: "mode",
    title: "Mode",
    type: "string",
    default_value: "a",
    options: [
      { id: "a", name: "First" },
      { id: "b", name: "Second" },
    ],
  },
  { key: "essay", title: "Essay", type: "text", default_value: "", optional: true },
  { key: "secret", title: "Secret", type: "password", default_value: "", optional: true },
  { key: "mail", title: "Mail", type: "email", default_value: "" },
  { key: "link", title: "Link", type: "url", default_value: "" },
  { key: "file", title: "File", type: "file_path", default_value: "" },
  { key: "existing", title: "Existing file", type: "existing_file_path", default_value: "" },
  { key: "folder", title: "Folder", type: "directory_path", default_value: "", optional: true },
  { key: "hub", title: "Hub", type: "hub_url", default_value: "" },
  { key: "friend", title: "Friend", type: "hinted_user", default_value: null, optional: true },
  { key: "words", title: "Words", type: "list", item_type: "string", default_value: ["one"] },
  { key: "numbers", title: "Numbers", type: "list", item_type: "number", default_value: [] },
  {
    key: "picks",
    title: "Picks",
    type: "list",
    item_type: "string",
    default_value: [],
    options: [{ id: "x", name: "Ex" }, { id: "y", name: "Why" }],
  },
  {
    key: "rules",
    title: "Rules",
    type: "list",
    item_type: "struct",
    default_value: [],
    optional: true,
    help: "What is done, in this order",
    definitions: [
      { key: "pattern", title: "Pattern", type: "string", default_value: "" },
      { key: "enabled", title: "Enabled", type: "boolean", default_value: true },
      {
        key: "action",
        title: "Action",
        type: "string",
        default_value: "keep",
        options: [
          { id: "keep", name: "Keep" },
          { id: "drop", name: "Drop" },
        ],
      },
      { key: "key", title: "Key", type: "password", default_value: "", optional: true },
    ],
  },
];

/** Values to begin with. */
export const VALUES = {
  flag: false,
  count: 3,
  level: 1,
  word: "before",
  mode: "a",
  essay: "two\nlines",
  secret: "hidden in here",
  mail: "",
  link: "",
  file: "",
  existing: "",
  folder: "",
  hub: "",
  friend: null,
  words: ["one"],
  numbers: [4],
  picks: ["y"],
  rules: [{ pattern: "*.tmp", enabled: true, action: "keep", key: "hidden too" }],
};

/** Gives a host an extension with these settings. */
export function addSettings(
  host: FakeHost,
  name: string,
  values: Record<string, unknown> = { ...VALUES },
): void {
  host.add(name, { has_settings: true });
  host.answers.set(`GET extensions/${name}/settings`, () => values);
  host.answers.set(`GET extensions/${name}/settings/definitions`, () => DEFINITIONS);
  host.answers.set(`PATCH extensions/${name}/settings`, (data) => void Object.assign(values, data));
}
