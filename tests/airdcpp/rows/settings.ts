/** Rows of module `settings`. */

import { assertEquals } from "@std/assert";
import type { FullDoor } from "../host_parts.ts";
import type { Row, RowContext } from "../row.ts";

const settings = ({ door }: RowContext) => (door as FullDoor).settings;
const UNKNOWN = { body: { keys: ["__proto__"] }, status: 422, field: ["__proto__", "invalid"] };
const MISSING = { body: {}, status: 422, field: ["keys", "missing_field"] };

/** What all that take keys have in common. */
function keyRows(of: string): Row[] {
  return [
    { of, name: "of an unknown key", ...UNKNOWN } as Row,
    { of, name: "without keys", ...MISSING } as Row,
    {
      of,
      name: "with a number as a key",
      body: { keys: [1] },
      status: 422,
      field: ["keys", "invalid"],
    },
    {
      of,
      name: "with a text for keys",
      body: { keys: "a" },
      status: 422,
      field: ["keys", "invalid"],
    },
  ];
}

/** What all that take values have in common. */
function valueRows(of: string): Row[] {
  return [
    { of, name: "of a wrong value", body: { b: 7, a: "x" }, status: 422, field: ["a", "invalid"] },
    { of, name: "of an unknown key", body: { c: 1 }, status: 422, field: ["c", "invalid"] },
    { of, name: "without an object", body: [1], status: 422, field: ["settings", "invalid"] },
    {
      of,
      name: "of an engine without admin",
      body: { extension_engines: 1 },
      as: ["settings_edit"],
      status: 403,
      check: (_answer, context) =>
        assertEquals(settings(context).get(["extension_engines"]), { extension_engines: [] }),
    },
  ];
}

export const SETTINGS_ROWS: Row[] = [
  {
    of: "E29",
    name: "as extensions do at their start",
    as: [],
    body: { keys: ["ping_timeout"] },
    check: ({ data }) => assertEquals(data, { ping_timeout: 10 }),
  },
  {
    of: "E29",
    name: "of the automatic values",
    prepare: (context) => void settings(context).values.set("a", 5),
    body: { keys: ["a"], value_mode: "force_auto" },
    check: ({ data }) => assertEquals(data, { a: 1 }),
  },
  {
    of: "E29",
    name: "in an unknown mode",
    body: { keys: ["a"], value_mode: "x" },
    status: 422,
    field: ["value_mode", "invalid"],
  },
  ...keyRows("E29"),
  {
    of: "E30",
    name: "of a value",
    as: ["settings_edit"],
    body: { a: 3 },
    check: (_answer, context) => assertEquals(settings(context).get(["a"]), { a: 3 }),
  },
  ...valueRows("E30"),
  {
    of: "E31",
    name: "of a value",
    as: ["settings_edit"],
    prepare: (context) => void settings(context).values.set("a", 5),
    body: { keys: ["a"] },
    check: (_answer, context) => assertEquals(settings(context).get(["a"]), { a: 1 }),
  },
  {
    of: "E31",
    name: "of an engine without admin",
    as: ["settings_edit"],
    body: { keys: ["extension_engines"] },
    status: 403,
  },
  ...keyRows("E31"),
  {
    of: "E32",
    name: "of a key",
    as: ["settings_view"],
    body: { keys: ["a"] },
    check: ({ data }) => assertEquals(data, [{ key: "a", type: "number" }]),
  },
  ...keyRows("E32"),
  {
    of: "E33",
    name: "of a key",
    as: [],
    prepare: (context) => void settings(context).values.set("a", 5),
    body: { keys: ["a"] },
    check: ({ data }) => assertEquals(data, { a: 1 }),
  },
  ...keyRows("E33"),
  {
    of: "E34",
    name: "of a value",
    as: ["settings_edit"],
    body: { a: 9 },
    check: (_answer, context) => assertEquals(settings(context).defaults(["a"]), { a: 9 }),
  },
  ...valueRows("E34"),
];
