/**
 * What a row of the conformance tables is, and how tables are run: through a real WebSocket, against
 * a real host. Rows that follow from a method's parameters alone (missing, null, of a wrong type, far
 * too long) are made from {@linkcode NATIVE_API}.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  CallError,
  startTestHost,
  type TestClient,
  type TestHost,
  type TestHostOptions,
} from "../../lib/testing.ts";
import { type MethodSpec, NATIVE_API, type Type } from "./native_api.ts";

/** What is expected of a call. */
export type Expected =
  /** The value that the client library resolves with. */
  | { gives: unknown }
  /** A condition on that value; may look at what else has happened. */
  | { satisfies: (value: never) => boolean | Promise<boolean> }
  /** A wire error, by code and message. */
  | { fails: string; message?: string };

/** One call. Where its data depends on what went before, a function makes it. */
export type Row = [method: string, data: unknown | (() => unknown), expected: Expected];

/** The rows of a namespace; run in order, on one host. */
export interface Table {
  /** `filesystem`, or with a remark: `resources of a bundle`. The first word is the namespace. */
  name: string;
  /** Whose rows of parameters it runs. Default: those of its namespace. */
  methods?: readonly string[];
  options?: TestHostOptions;
  rows(app: TestHost, page: TestClient): Row[] | Promise<Row[]>;
  /** Looks at what the calls left behind. */
  after?(app: TestHost): Promise<void>;
}

export const SUCCESS = { gives: { success: true } };
export const WRONG_TYPE = {
  fails: "NE_RT_NATRTER",
  message: "Native method execution error occurred. Required parameter is missing: ",
};
export const missing = (name: string) => ({ ...WRONG_TYPE, message: WRONG_TYPE.message + name });
export const told = (message: string) => ({ gives: { success: true, message } });

/** Methods by name, with the codes that their rows showed; `""` for a success. */
export type Shown = Map<string, { outcomes: Set<string>; unicode: boolean }>;

/** Runs a table and then the rows that follow from its methods' parameters. */
export async function runTable(table: Table, shown: Shown): Promise<void> {
  await using app = await startTestHost(table.options);
  const page = await app.connectPage();
  const rows = await table.rows(app, page);
  for (const [index, [method, given, expected]] of rows.entries()) {
    const data = typeof given === "function" ? given() : given;
    const got = await outcome(page, method, index % 2 === 1 ? withStranger(data) : data);
    await compare(`row ${index} ${show(method, data)}`, got, expected);
    const entry = shown.get(method) ?? { outcomes: new Set(), unicode: false };
    entry.outcomes.add("fails" in got ? got.fails : "");
    // deno-lint-ignore no-control-regex
    if (/[^\x00-\x7f]/.test(JSON.stringify(data) ?? "")) entry.unicode = true;
    shown.set(method, entry);
  }
  for (const [method, spec] of NATIVE_API) {
    const own = table.methods?.includes(method) ??
      method.startsWith(`${table.name.split(" ")[0]}.`);
    if (own && !method.startsWith("window.")) await runDerived(page, app.folder, method, spec);
  }
  await table.after?.(app);
}

/** What a row was expected to give, against what it gave. */
async function compare(row: string, got: Outcome, expected: Expected): Promise<void> {
  if ("satisfies" in expected) {
    const fine = "gives" in got && await expected.satisfies(got.gives as never);
    assert(fine, `${row}: ${JSON.stringify(got)}`);
  } else if ("fails" in expected && expected.message === undefined) {
    assert("fails" in got, `${row}: ${JSON.stringify(got)}`);
    assertEquals(got.fails, expected.fails, row);
  } else {
    assertEquals(got, expected, row);
  }
}

type Outcome = { gives: unknown } | { fails: string; message: string };

async function outcome(client: TestClient, method: string, data: unknown): Promise<Outcome> {
  try {
    return { gives: await client.call(method, data, { timeoutMs: 15_000 }) };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const message = error.message.slice(`${method}: ${error.code}: `.length);
    return { fails: error.code, message };
  }
}

/** Members that a method does not know must not matter. */
function withStranger(data: unknown): unknown {
  const plain = typeof data === "object" && data !== null && !Array.isArray(data);
  return plain ? { ...data, stranger: { path: 1 } } : data;
}

const show = (method: string, data: unknown) =>
  `${method} ${(JSON.stringify(data) ?? "").slice(0, 200)}`;

const WRONG = new Map<Type, unknown[]>([
  ["string", [5, true, {}, []]],
  ["path", [5, true, {}, []]],
  ["number", ["1", true, {}, []]],
  ["boolean", ["true", 1, {}, []]],
  ["object", ["x", 1, true]],
  ["array", ["x", 1, true, {}]],
  ["any", []],
]);

async function runDerived(
  page: TestClient,
  folder: string,
  method: string,
  { required, optional, errors }: MethodSpec,
): Promise<void> {
  const sample = Object.fromEntries(required.map(([name, type]) => [name, sampleOf(name, type)]));
  function sampleOf(name: string, type: Type): unknown {
    if (name === "url") return "http://127.0.0.1:1/";
    if (type === "path") return `${folder}/sample`;
    return type === "number" ? 1 : type === "array" ? ["sample"] : "sample";
  }
  for (const [name] of required) {
    const { [name]: _, ...others } = sample;
    for (const data of [others, { ...others, [name]: null }]) {
      assertEquals(await outcome(page, method, data), missing(name), show(method, data));
    }
  }
  for (const [name, type] of required) {
    for (const value of WRONG.get(type)!) {
      const data = { ...sample, [name]: value };
      assertEquals(await outcome(page, method, data), WRONG_TYPE, show(method, data));
    }
  }
  for (const [name, type] of optional) {
    for (const value of WRONG.get(type)!) {
      // With the sample as it is, an error of the method's own may come first.
      const data = { ...sample, [name]: value };
      const got = await outcome(page, method, data);
      assert("fails" in got, show(method, data));
      assert(got.fails === "NE_RT_NATRTER" || errors.includes(got.fails), show(method, data));
    }
  }
  for (const [name, type] of [...required, ...optional]) {
    if (type !== "path") continue;
    for (const value of ["deep/".repeat(1000), "n".repeat(5000), `${folder}/nul\u0000l`]) {
      // Whatever the answer is: there is one, and it is one of those that this method may give.
      const got = await outcome(page, method, { ...sample, [name]: value });
      if ("fails" in got && got.fails !== "NE_RT_NATRTER") {
        assert(errors.includes(got.fails), `${show(method, value)}: ${got.fails}`);
      }
    }
  }
}
