import { assertEquals, assertThrows } from "@std/assert";
import { FieldError } from "../../lib/packages/field_error.ts";
import { parseDefinitions } from "../../lib/packages/setting_definition.ts";
import {
  PASSWORD_PLACEHOLDER as HIDDEN,
  SettingsSheet,
} from "../../lib/packages/settings_sheet.ts";

const text = (key: string, default_value: unknown = "d", type = "string") => ({
  key,
  title: key,
  type,
  default_value,
});
const sheetOf = (...json: unknown[]) => new SettingsSheet(parseDefinitions(json));

Deno.test("SettingsSheet.values() names every key, current or default, in the order of definitions", () => {
  const sheet = sheetOf(text("b"), text("a"), { ...text("n", 60), type: "number" });
  assertEquals(Object.entries(sheet.values()), [["b", "d"], ["a", "d"], ["n", 60]]);
  sheet.change({ a: "new" });
  assertEquals(sheet.values(), { b: "d", a: "new", n: 60 });
  assertEquals(sheet.definitions.map(({ key }) => key), ["b", "a", "n"]);
});

Deno.test("SettingsSheet.change() gives exactly the keys sent, as stored, also unchanged ones", () => {
  const sheet = sheetOf(text("a"), text("b"), { ...text("c"), optional: true });
  assertEquals(sheet.change({ b: "d", c: null }), { b: "d", c: "" });
  assertEquals(sheet.change({}), {});
});

Deno.test("SettingsSheet.change() stores all values or none", () => {
  const sheet = sheetOf(text("a"), text("b"), text("c"));
  for (const [patch, field] of [[{ a: "1", b: 2 }, "b"], [{ a: "1", gone: 1 }, "gone"]] as const) {
    const error = assertThrows(() => sheet.change(patch), FieldError);
    assertEquals([error.field, error.code], [field, "invalid"]);
  }
  assertEquals(sheet.values(), { a: "d", b: "d", c: "d" });
  for (const patch of [null, [], "a", undefined]) {
    assertThrows(() => sheet.change(patch), FieldError);
  }
});

Deno.test("SettingsSheet.change() takes null back to the default, and tells of null", () => {
  const user = { cid: "C", hub_url: "h", nicks: "n" };
  const sheet = sheetOf(text("u", user, "hinted_user"));
  sheet.change({ u: { ...user, nicks: "m" } });
  assertEquals(sheet.change({ u: null }), { u: null });
  assertEquals(sheet.values(), { u: user });
});

Deno.test("SettingsSheet keeps its word with keys that every object has", () => {
  const keys = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const sheet = sheetOf(...keys.map((key) => text(key)), {
    ...text("list", [], "list"),
    item_type: "struct",
    definitions: keys.map((key) => text(key)),
  });
  assertEquals(Object.keys(sheet.values()), [...keys, "list"]);
  const patch = JSON.parse('{"__proto__": "mine", "list": [{"__proto__": "deep"}]}');
  const changed = sheet.change(patch);
  assertEquals(Object.keys(changed), ["__proto__", "list"]);
  assertEquals(
    JSON.stringify(sheet.values()),
    '{"__proto__":"mine","constructor":"d","toString":"d","hasOwnProperty":"d","list":' +
      '[{"__proto__":"deep","constructor":"d","toString":"d","hasOwnProperty":"d"}]}',
  );
  assertEquals(Object.keys(sheet.redacted(sheet.values())), [...keys, "list"]);
  assertEquals(({} as Record<string, unknown>).mine, undefined);
  const empty = sheetOf(text("a"));
  for (const key of keys) {
    const named = JSON.parse(`{"${key}": "x"}`);
    assertEquals(assertThrows(() => empty.change(named), FieldError).field, key);
  }
  // What a struct's item does not name is not taken from what all objects have.
  sheet.change({ list: [{ toString: "x" }] });
  assertEquals(
    JSON.stringify(sheet.values().list),
    '[{"__proto__":"d","constructor":"d","toString":"x","hasOwnProperty":"d"}]',
  );
});

Deno.test("SettingsSheet.change() bounds all values together, not only those of one request", () => {
  const sheet = new SettingsSheet(parseDefinitions([text("a"), text("b")]), { maxCharacters: 100 });
  sheet.change({ a: "x".repeat(60) });
  assertThrows(() => sheet.change({ b: "x".repeat(60) }), FieldError, "together");
  assertEquals(sheet.values().b, "d");
  // What is replaced does not count any more.
  sheet.change({ a: "y".repeat(70) });
  sheet.change({ a: "d", b: "x".repeat(60) });
  assertEquals(sheet.values(), { a: "d", b: "x".repeat(60) });
});

const SECRETS = [
  text("p", "", "password"),
  { ...text("ps", [], "list"), item_type: "password" },
  {
    ...text("servers", [], "list"),
    item_type: "struct",
    definitions: [text("host", ""), { ...text("pw", "", "password"), optional: true }],
  },
  text("plain"),
];

Deno.test("SettingsSheet.redacted() hides passwords that are not empty, also in lists", () => {
  const sheet = sheetOf(...SECRETS);
  const empty = { p: "", ps: [], servers: [], plain: "d" };
  assertEquals(sheet.redacted(sheet.values()), empty);
  const changed = sheet.change({
    p: "secret",
    ps: ["s1", "s2"],
    servers: [{ host: "a", pw: "s3" }, { host: "b" }],
    plain: HIDDEN,
  });
  assertEquals(sheet.redacted(changed), {
    p: HIDDEN,
    ps: [HIDDEN, HIDDEN],
    servers: [{ host: "a", pw: HIDDEN }, { host: "b", pw: "" }],
    plain: HIDDEN,
  });
  assertEquals(sheet.redacted({ servers: changed.servers }), {
    servers: [{ host: "a", pw: HIDDEN }, { host: "b", pw: "" }],
  });
  // What was given stays as it was.
  assertEquals((changed.servers as { pw: string }[])[0]!.pw, "s3");
});

Deno.test("SettingsSheet.change() leaves passwords alone that come back as placeholders", () => {
  const start = {
    p: "secret",
    ps: ["s1", "s2"],
    servers: [{ host: "a", pw: "s3" }, { host: "b", pw: "s4" }, { host: "c" }],
  };
  const a = { host: "a", pw: HIDDEN };
  const b = { host: "b", pw: HIDDEN };
  const c = { host: "c", pw: "" };
  const REFUSED = undefined;
  const rows: [name: string, patch: Record<string, unknown>, stored: unknown][] = [
    ["a password", { p: HIDDEN }, "secret"],
    ["another password", { p: "new" }, "new"],
    ["all of a list", { ps: [HIDDEN, HIDDEN] }, ["s1", "s2"]],
    ["one of a list", { ps: ["new", HIDDEN] }, ["new", "s2"]],
    ["a shorter list", { ps: [HIDDEN] }, REFUSED],
    ["a longer list", { ps: [HIDDEN, HIDDEN, "new"] }, REFUSED],
    ["a list of new ones", { ps: ["new"] }, ["new"]],
    ["structs", { servers: [a, b, c] }, ["s3", "s4", ""]],
    ["moved structs", { servers: [c, b, a] }, ["", "s4", "s3"]],
    ["a removed struct", { servers: [b, c] }, ["s4", ""]],
    ["an added struct", { servers: [{ host: "n", pw: "s5" }, a, b, c] }, ["s5", "s3", "s4", ""]],
    ["an edited struct", { servers: [a, { host: "B", pw: HIDDEN }, c] }, ["s3", "s4", ""]],
    ["an edited struct without its password", { servers: [a, { host: "B" }, c] }, ["s3", "", ""]],
    ["a struct that is edited and moved", { servers: [{ host: "B", pw: HIDDEN }, a, c] }, REFUSED],
    [
      "a struct that is edited while another goes",
      { servers: [{ host: "B", pw: HIDDEN }] },
      REFUSED,
    ],
    ["the same struct twice", { servers: [a, b, c, a] }, REFUSED],
  ];
  for (const [name, patch, stored] of rows) {
    const sheet = sheetOf(...SECRETS);
    sheet.change(start);
    const key = Object.keys(patch)[0]!;
    if (stored === REFUSED) {
      const error = assertThrows(() => sheet.change(patch, { redacted: true }), FieldError);
      assertEquals([error.field, error.code], [key, "invalid"], name);
      continue;
    }
    const changed = sheet.change(patch, { redacted: true });
    const passwords = key === "servers"
      ? (changed.servers as { pw: string }[]).map(({ pw }) => pw)
      : changed[key];
    assertEquals(passwords, stored, name);
    assertEquals(sheet.values()[key], changed[key], name);
  }
  // The owner sees everything, so that it means what it says.
  const sheet = sheetOf(...SECRETS);
  sheet.change({ p: "secret" });
  assertEquals(sheet.change({ p: HIDDEN }), { p: HIDDEN });
});

Deno.test("SettingsSheet.change() does not name passwords when it refuses values", () => {
  const sheet = sheetOf(...SECRETS);
  for (const patch of [{ p: ["hunter2"] }, { ps: "hunter2" }, { servers: "hunter2" }]) {
    const { message } = assertThrows(() => sheet.change(patch), FieldError);
    assertEquals(message.includes("hunter2"), false, message);
  }
});
