import { assertEquals, assertThrows } from "@std/assert";
import { FieldError } from "../../lib/packages/field_error.ts";
import { parseDefinitions, serializeDefinition } from "../../lib/packages/setting_definition.ts";

const BASE = { key: "k", title: "T", type: "string", default_value: "d" };
const STRUCT = {
  ...BASE,
  type: "list",
  item_type: "struct",
  default_value: null,
  definitions: [{ key: "p", title: "P", type: "number", default_value: 1 }],
};
const without = (json: object, field: string) =>
  Object.fromEntries(Object.entries(json).filter(([key]) => key !== field));
const number = { ...BASE, type: "number", default_value: 1 };
const option = { id: "d", name: "D" };

const refused: [name: string, json: unknown, field: string, code: FieldError["code"]][] = [
  ["no list", {}, "definitions", "invalid"],
  ["null", null, "definitions", "invalid"],
  ["a definition that is a text", ["x"], "definitions", "invalid"],
  ["no key", [without(BASE, "key")], "key", "missing_field"],
  ["no title", [without(BASE, "title")], "title", "missing_field"],
  ["no type", [without(BASE, "type")], "type", "missing_field"],
  ["no default", [without(BASE, "default_value")], "default_value", "missing_field"],
  ["a null key", [{ ...BASE, key: null }], "key", "missing_field"],
  ["an empty key", [{ ...BASE, key: "" }], "key", "invalid"],
  ["an empty title", [{ ...BASE, title: "" }], "title", "invalid"],
  ["a key that is a number", [{ ...BASE, key: 1 }], "key", "invalid"],
  ["a long key", [{ ...BASE, key: "k".repeat(201) }], "key", "invalid"],
  ["the same key twice", [BASE, BASE], "key", "already_exists"],
  ["an unknown type", [{ ...BASE, type: "colour" }], "type", "invalid"],
  ["a type of every object", [{ ...BASE, type: "constructor" }], "type", "invalid"],
  ["a struct by itself", [{ ...STRUCT, type: "struct" }], "type", "invalid"],
  ["a list without item type", [without(STRUCT, "item_type")], "item_type", "missing_field"],
  ["a list of lists", [{ ...STRUCT, item_type: "list" }], "item_type", "invalid"],
  ["a list of booleans", [{ ...STRUCT, item_type: "boolean" }], "item_type", "invalid"],
  [
    "a struct without definitions",
    [without(STRUCT, "definitions")],
    "definitions",
    "missing_field",
  ],
  ["a list in a struct", [{ ...STRUCT, definitions: [STRUCT] }], "type", "invalid"],
  [
    "a struct in a struct",
    [{
      ...STRUCT,
      definitions: [{ ...BASE, type: "struct", definitions: [BASE] }],
    }],
    "type",
    "invalid",
  ],
  ["a property defined twice", [{ ...STRUCT, definitions: [BASE, BASE] }], "key", "already_exists"],
  [
    "a property without title",
    [{
      ...STRUCT,
      definitions: [without(BASE, "title")],
    }],
    "title",
    "missing_field",
  ],
  ["an optional number", [{ ...number, optional: true }], "optional", "invalid"],
  [
    "an optional boolean",
    [{
      ...BASE,
      type: "boolean",
      default_value: true,
      optional: true,
    }],
    "optional",
    "invalid",
  ],
  ["optional as text", [{ ...BASE, optional: "yes" }], "optional", "invalid"],
  ["a number's default of null", [{ ...number, default_value: null }], "k", "invalid"],
  [
    "a boolean's default of null",
    [{
      ...BASE,
      type: "boolean",
      default_value: null,
    }],
    "k",
    "invalid",
  ],
  ["a default of another type", [{ ...BASE, default_value: 1 }], "k", "invalid"],
  ["a default out of range", [{ ...number, min: 2 }], "k", "invalid"],
  ["a negative default without a minimum", [{ ...number, default_value: -1 }], "k", "invalid"],
  ["a default that is no option", [{ ...BASE, options: [{ ...option, id: "e" }] }], "k", "invalid"],
  // QUIRK of 8.4: an optional text with options is refused without a default that is one of them.
  [
    "an optional choice without a default",
    [{
      ...without(BASE, "default_value"),
      optional: true,
      options: [option],
    }],
    "k",
    "invalid",
  ],
  [
    "a default item that is empty",
    [{
      ...BASE,
      type: "list",
      item_type: "string",
      default_value: [""],
    }],
    "k",
    "invalid",
  ],
  [
    "a default item without a needed property",
    [{
      ...STRUCT,
      definitions: [...STRUCT.definitions, { ...BASE, key: "q", default_value: "" }],
      default_value: [{ p: 1 }],
    }],
    "q",
    "invalid",
  ],
  ["a fraction as minimum", [{ ...number, min: 0.5 }], "min", "invalid"],
  ["a minimum as text", [{ ...number, min: "0" }], "min", "invalid"],
  ["a maximum beyond 32 bits", [{ ...number, max: 2147483648 }], "max", "invalid"],
  ["help that is a number", [{ ...BASE, help: 1 }], "help", "invalid"],
  ["options that are no list", [{ ...BASE, options: {} }], "options", "invalid"],
  ["an option without id", [{ ...BASE, options: [{ name: "D" }] }], "id", "missing_field"],
  ["an option with an empty id", [{ ...BASE, options: [{ ...option, id: "" }] }], "id", "invalid"],
  [
    "an option with an empty name",
    [{
      ...BASE,
      options: [{ ...option, name: "" }],
    }],
    "name",
    "invalid",
  ],
  ["a number's option with a text", [{ ...number, options: [option] }], "id", "invalid"],
  [
    "a text's option with a number",
    [{ ...BASE, options: [{ ...option, id: 1 }] }],
    "id",
    "invalid",
  ],
  [
    "a number list's option with a number",
    [{
      ...BASE,
      type: "list",
      item_type: "number",
      default_value: [],
      options: [{ id: 1, name: "one" }],
    }],
    "id",
    "invalid",
  ],
  [
    "too many",
    Array.from({ length: 501 }, (_, i) => ({ ...BASE, key: `k${i}` })),
    "definitions",
    "invalid",
  ],
  [
    "too many options",
    [{
      ...BASE,
      options: Array.from({ length: 2001 }, () => option),
    }],
    "options",
    "invalid",
  ],
  [
    "too much text",
    Array.from({ length: 400 }, (_, i) => ({
      ...BASE,
      key: `k${i}`,
      help: "x".repeat(10_000),
    })),
    "k104",
    "invalid",
  ],
];

for (const [name, json, field, code] of refused) {
  Deno.test(`parseDefinitions() refuses ${name}`, () => {
    const error = assertThrows(() => parseDefinitions(json), FieldError);
    assertEquals([error.field, error.code], [field, code]);
  });
}

Deno.test("parseDefinitions() takes what real extensions send, and it is sent on as 8.2 says", () => {
  const rows: [given: Record<string, unknown>, sent: Record<string, unknown>][] = [
    [BASE, BASE],
    [{ ...BASE, help: "", optional: false, min: 3, max: 4, icon: "x", description: "d" }, BASE],
    [{ ...BASE, help: null, optional: null, options: null, min: null }, BASE],
    [{ ...BASE, help: "H", optional: true }, { ...BASE, help: "H", optional: true }],
    [{ ...BASE, options: [{ ...option, more: 1 }] }, { ...BASE, options: [option] }],
    [{ ...BASE, default_value: null }, { ...BASE, default_value: "" }],
    [{ ...BASE, default_value: "" }, { ...BASE, default_value: "" }],
    [{ ...without(BASE, "default_value"), optional: true }, {
      ...BASE,
      default_value: "",
      optional: true,
    }],
    [number, { ...number, min: 0 }],
    [{ ...number, min: -1, max: 2147483647 }, { ...number, min: -1 }],
    [{ ...number, max: 2 }, { ...number, min: 0, max: 2 }],
    [{ ...number, options: [{ id: 1, name: "one" }] }, {
      ...number,
      min: 0,
      options: [{ id: 1, name: "one" }],
    }],
    [STRUCT, {
      ...STRUCT,
      default_value: [],
      definitions: [{ ...STRUCT.definitions[0], min: 0 }],
    }],
    [{ ...STRUCT, default_value: [{ p: 2, q: 3 }] }, {
      ...STRUCT,
      default_value: [{ p: 2 }],
      definitions: [{ ...STRUCT.definitions[0], min: 0 }],
    }],
    [{ ...BASE, type: "list", item_type: "string", default_value: ["a"] }, {
      ...BASE,
      type: "list",
      item_type: "string",
      default_value: ["a"],
    }],
    [{ ...BASE, type: "hinted_user", default_value: null }, {
      ...BASE,
      type: "hinted_user",
      default_value: null,
    }],
    [{ ...without(BASE, "default_value"), type: "hinted_user", optional: true }, {
      ...BASE,
      type: "hinted_user",
      default_value: null,
      optional: true,
    }],
  ];
  for (const [given, sent] of rows) {
    assertEquals(parseDefinitions([given]).map(serializeDefinition), [sent]);
  }
  assertEquals(parseDefinitions([]), []);
});

Deno.test("serializeDefinition() gives what parseDefinitions() takes", () => {
  const once = parseDefinitions([STRUCT, { ...number, key: "n", max: 9 }]).map(serializeDefinition);
  assertEquals(parseDefinitions(once).map(serializeDefinition), once);
});
