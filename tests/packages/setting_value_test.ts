/** The table of contracts: AirDC++ 8.4, row by row. */

import { assertEquals, assertThrows } from "@std/assert";
import { FieldError } from "../../lib/packages/field_error.ts";
import { parseDefinitions } from "../../lib/packages/setting_definition.ts";
import { SettingsSheet } from "../../lib/packages/settings_sheet.ts";

const REJECTED = Symbol("rejected");
const LONG_TEXT = "x".repeat(100_000);

interface Row {
  /** The definition beside key and title. */
  of: Record<string, unknown>;
  /** What is sent. */
  sent: unknown;
  /** What is stored, or `REJECTED`. */
  stored: unknown;
  /** The field that is named. Default: the setting. */
  field?: string;
  os?: typeof Deno.build.os;
}

const BOOLEAN = { type: "boolean", default_value: false };
const NUMBER = { type: "number", default_value: 5, min: -3, max: 10 };
const STRING = { type: "string", default_value: "x" };
const OPTIONAL = { type: "string", optional: true };
const USER = { type: "hinted_user", default_value: null };
const NUMBERS = { type: "list", item_type: "number", default_value: [], min: 1, max: 3 };
const STRINGS = { type: "list", item_type: "string", default_value: [] };
const CHOICE = { ...STRING, options: [{ id: "x", name: "X" }, { id: "y", name: "Y" }] };
const USERS = { type: "list", item_type: "hinted_user", default_value: [] };
const STRUCTS = {
  type: "list",
  item_type: "struct",
  default_value: [],
  definitions: [
    { key: "name", title: "Name", type: "string", default_value: "" },
    { key: "count", title: "Count", type: "number", default_value: 7 },
    { key: "note", title: "Note", type: "string", optional: true },
  ],
};
const ALICE = { cid: "C", hub_url: "h", nicks: "alice" };

const rows: Row[] = [
  // boolean
  { of: BOOLEAN, sent: true, stored: true },
  { of: BOOLEAN, sent: false, stored: false },
  { of: BOOLEAN, sent: null, stored: REJECTED },
  { of: BOOLEAN, sent: 1, stored: REJECTED },
  { of: BOOLEAN, sent: "true", stored: REJECTED },
  // number
  { of: NUMBER, sent: 7, stored: 7 },
  { of: NUMBER, sent: -3, stored: -3 },
  { of: NUMBER, sent: 10, stored: 10 },
  { of: NUMBER, sent: -4, stored: REJECTED },
  { of: NUMBER, sent: 11, stored: REJECTED },
  { of: NUMBER, sent: 1.5, stored: REJECTED },
  { of: NUMBER, sent: true, stored: REJECTED },
  { of: NUMBER, sent: null, stored: REJECTED },
  { of: NUMBER, sent: "7", stored: REJECTED },
  { of: { type: "number", default_value: 0 }, sent: -1, stored: REJECTED },
  { of: { type: "number", default_value: 0 }, sent: 2147483647, stored: 2147483647 },
  { of: { type: "number", default_value: 0 }, sent: 2147483648, stored: REJECTED },
  // string family
  { of: STRING, sent: "a", stored: "a" },
  { of: STRING, sent: "a\0b", stored: "a" },
  { of: STRING, sent: "\0b", stored: REJECTED },
  { of: STRING, sent: "", stored: REJECTED },
  { of: STRING, sent: null, stored: REJECTED },
  { of: STRING, sent: 1, stored: REJECTED },
  { of: STRING, sent: {}, stored: REJECTED },
  { of: OPTIONAL, sent: "", stored: "" },
  { of: OPTIONAL, sent: null, stored: "" },
  { of: OPTIONAL, sent: "\0b", stored: "" },
  ...["text", "password", "email", "url", "hub_url"].flatMap((type): Row[] => [
    { of: { type, default_value: "" }, sent: "no format\n", stored: "no format\n" },
    { of: { type, default_value: "" }, sent: "", stored: REJECTED },
  ]),
  // paths
  ...["file_path", "existing_file_path"].map((type): Row => (
    { of: { type, default_value: "" }, sent: "/not/there\n\0", stored: "/not/there_", os: "linux" }
  )),
  {
    of: { type: "file_path", default_value: "" },
    sent: 'C:/a/b:c?"',
    stored: "C:\\a\\b_c__",
    os: "windows",
  },
  { of: { type: "directory_path", default_value: "" }, sent: "/a", stored: "/a/", os: "linux" },
  { of: { type: "directory_path", default_value: "" }, sent: "/a/", stored: "/a/", os: "linux" },
  {
    of: { type: "directory_path", default_value: "" },
    sent: "D:\\a",
    stored: "D:\\a\\",
    os: "windows",
  },
  { of: { type: "directory_path", optional: true }, sent: null, stored: "", os: "linux" },
  { of: { type: "directory_path", default_value: "" }, sent: "", stored: REJECTED },
  // hinted_user
  { of: USER, sent: { ...ALICE, more: 1 }, stored: ALICE },
  { of: USER, sent: null, stored: null },
  { of: USER, sent: {}, stored: REJECTED },
  { of: USER, sent: { ...ALICE, nicks: "" }, stored: REJECTED },
  { of: USER, sent: { cid: "C", hub_url: "h" }, stored: REJECTED },
  { of: USER, sent: { ...ALICE, cid: 1 }, stored: REJECTED },
  { of: USER, sent: "alice", stored: REJECTED },
  { of: USER, sent: [ALICE], stored: REJECTED },
  // list
  { of: NUMBERS, sent: [1, 3], stored: [1, 3] },
  { of: NUMBERS, sent: [1, 4], stored: REJECTED },
  { of: NUMBERS, sent: [1, null], stored: REJECTED },
  { of: NUMBERS, sent: [], stored: REJECTED },
  { of: NUMBERS, sent: null, stored: REJECTED },
  { of: { ...NUMBERS, optional: true }, sent: [], stored: [] },
  { of: { ...NUMBERS, optional: true }, sent: null, stored: [] },
  { of: NUMBERS, sent: 1, stored: REJECTED },
  { of: NUMBERS, sent: { 0: 1 }, stored: REJECTED },
  // list items, scalar: never optional
  { of: STRINGS, sent: ["a\0b", "c"], stored: ["a", "c"] },
  { of: STRINGS, sent: ["a", ""], stored: REJECTED },
  { of: { ...STRINGS, optional: true }, sent: [""], stored: REJECTED },
  { of: { ...STRINGS, optional: true }, sent: [null], stored: REJECTED },
  { of: USERS, sent: [ALICE], stored: [ALICE] },
  { of: USERS, sent: [null], stored: REJECTED },
  {
    of: { type: "list", item_type: "directory_path", default_value: [] },
    sent: ["/a"],
    stored: ["/a/"],
    os: "linux",
  },
  // list items, struct
  {
    of: STRUCTS,
    sent: [{ name: "n", unknown: 1 }],
    stored: [{ name: "n", count: 7, note: "" }],
  },
  {
    of: STRUCTS,
    sent: [{ name: "n", count: 1, note: null }],
    stored: [{ name: "n", count: 1, note: "" }],
  },
  { of: STRUCTS, sent: [{}], stored: REJECTED },
  { of: STRUCTS, sent: [null], stored: REJECTED },
  { of: STRUCTS, sent: ["n"], stored: REJECTED },
  { of: STRUCTS, sent: [[]], stored: REJECTED },
  // The default, an empty text, is validated again, and not as if it were optional.
  { of: STRUCTS, sent: [{ count: 1 }], stored: REJECTED, field: "name" },
  { of: STRUCTS, sent: [{ name: "n", count: null }], stored: REJECTED, field: "count" },
  { of: STRUCTS, sent: [{ name: "n" }, { name: "" }], stored: REJECTED, field: "name" },
  // options
  { of: CHOICE, sent: "y", stored: "y" },
  { of: CHOICE, sent: "z", stored: REJECTED },
  { of: { ...CHOICE, optional: true }, sent: "", stored: REJECTED },
  { of: { ...CHOICE, optional: true }, sent: null, stored: REJECTED },
  { of: { ...NUMBER, options: [{ id: 5, name: "five" }] }, sent: 5, stored: 5 },
  { of: { ...NUMBER, options: [{ id: 5, name: "five" }] }, sent: 6, stored: REJECTED },
  { of: { ...STRINGS, options: [{ id: "a", name: "A" }] }, sent: ["a"], stored: ["a"] },
  { of: { ...STRINGS, options: [{ id: "a", name: "A" }] }, sent: ["a", "b"], stored: REJECTED },
  { of: { ...NUMBERS, options: [{ id: "1", name: "one" }] }, sent: [1], stored: REJECTED },
  { of: { ...BOOLEAN, options: "ignored" }, sent: true, stored: true },
  {
    of: { type: "text", default_value: "", options: [{ id: "a", name: "A" }] },
    sent: "b",
    stored: "b",
  },
  // bounds
  { of: STRING, sent: LONG_TEXT, stored: LONG_TEXT },
  { of: STRING, sent: LONG_TEXT.repeat(50), stored: REJECTED },
  { of: STRINGS, sent: Array(1_000_000).fill("a"), stored: REJECTED },
];

Deno.test("SettingsSheet.change() takes, converts and refuses values by type", () => {
  for (const { of, sent, stored, field = "s", os = "linux" } of rows) {
    const definition = { key: "s", title: "S", ...of };
    const about = `${JSON.stringify(of)} ${String(JSON.stringify(sent)).slice(0, 200)}`;
    const sheet = new SettingsSheet(parseDefinitions([definition], { os }), { os });
    const before = sheet.values();
    let result: unknown;
    try {
      result = sheet.change({ s: sent }).s;
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      assertEquals([error.field, error.code], [field, "invalid"], about);
      assertEquals(sheet.values(), before, about);
      result = REJECTED;
    }
    assertEquals(result, stored, about);
    if (stored !== REJECTED && stored !== null) assertEquals(sheet.values().s, stored, about);
  }
});

Deno.test("SettingsSheet.change() says what is wrong without showing what was sent", () => {
  for (const [of, wrong] of [[STRING, "no text"], [STRINGS, "no list"]] as const) {
    const sheet = new SettingsSheet(parseDefinitions([{ key: "s", title: "S", ...of }]));
    const error = assertThrows(() => sheet.change({ s: { secret: 1 } }), FieldError);
    assertEquals(error.message, `"s" is ${wrong}`);
  }
});

Deno.test("SettingsSheet.change() counts the keys of items", () => {
  const definitions = [{ key: "k".repeat(200), title: "K", type: "number", default_value: 1 }];
  const list = { key: "s", title: "S", type: "list", item_type: "struct", default_value: [] };
  const sheet = new SettingsSheet(parseDefinitions([{ ...list, definitions }]), {
    maxCharacters: 1000,
  });
  assertThrows(() => sheet.change({ s: Array(5).fill({ x: 1 }) }), FieldError, "together");
});

Deno.test("SettingsSheet.change() bounds what defaults add to items", () => {
  const [definition] = parseDefinitions([{
    key: "s",
    title: "S",
    type: "list",
    item_type: "struct",
    default_value: [],
    definitions: [
      { key: "a", title: "A", type: "number", default_value: 1 },
      { key: "b", title: "B", type: "string", default_value: LONG_TEXT },
    ],
  }]);
  const sheet = new SettingsSheet([definition!]);
  let refused: unknown;
  try {
    sheet.change({ s: Array(1000).fill({ a: 1 }) });
  } catch (error) {
    refused = error;
  }
  assertEquals((refused as FieldError).code, "invalid");
});
