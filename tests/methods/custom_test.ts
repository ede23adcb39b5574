import { assert, assertEquals, assertRejects } from "@std/assert";
import { customMethod, type HostOptions } from "../../lib/mod.ts";
import { startTestHost } from "../../lib/testing.ts";

const run = () => 1;

Deno.test("a host does not start with a method that pages could not call", async () => {
  const wrong: [name: string, method: unknown, says: string][] = [
    ["getMethods", run, '"getMethods"'],
    ["custom.add", run, '"custom.add"'],
    ["", run, '""'],
    ["1st", run, '"1st"'],
    ["a b", run, '"a b"'],
    ["typo", { parameters: { arg0: "strnig" }, run }, '"strnig"'],
    ["typo", { parameters: { arg0: "toString" }, run }, '"arg0"'],
  ];
  for (const [name, method, says] of wrong) {
    const methods = { [name]: method } as HostOptions["methods"] & object;
    await assertRejects(() => startTestHost({ methods }), TypeError, says);
  }
});

Deno.test("the log tells of a value that is no JSON", async () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  await using app = await startTestHost({
    methods: {
      big: () => 10n,
      circle: () => circle,
      nothing: () => run,
      list: () => [1, { a: 2 }],
    },
  });
  const page = await app.connectPage();
  await assertRejects(() => page.call("custom.big"), Error, "NE_RT_NATRTER");
  await app.printed("custom.big failed: Do not know how to serialize a BigInt");
  await assertRejects(() => page.call("custom.circle"), Error, "NE_RT_NATRTER");
  await app.printed("custom.circle failed: Converting circular structure to JSON");
  assertEquals(await page.call("custom.nothing"), { success: true });
  assertEquals(await page.call("custom.list"), [1, { a: 2 }]);
});

Deno.test("the types of a method's parameters are those of its handler's", () => {
  // Checked by the compiler; nothing of it runs.
  const methods: HostOptions["methods"] = {
    all: customMethod(
      { text: "string", number: "number?", list: "array", object: "object", any: "any?" },
      ({ text, number, list, object, any }, caller) => {
        const all: [string, number | undefined, unknown[], Record<string, unknown>, unknown] = [
          text,
          number,
          list,
          object,
          any,
        ];
        return [all, caller.kind];
      },
    ),
    unchecked: (params) => params.anything,
    // @ts-expect-error: a number has no length
    wrongUse: customMethod({ arg0: "number" }, ({ arg0 }) => arg0.length),
    // @ts-expect-error: it may be absent
    mayBeAbsent: customMethod({ arg0: "string?" }, ({ arg0 }) => arg0.length),
    // @ts-expect-error: there is no such parameter
    noSuch: customMethod({ arg0: "string" }, ({ arg1 }) => arg1),
    // @ts-expect-error: there is no such type
    noSuchType: customMethod({ arg0: "date" }, run),
    // @ts-expect-error: a type is needed before anything is done with it
    unknownUse: (params) => params.arg0 + 1,
    // @ts-expect-error: this is no method
    noMethod: 5,
  };
  assert(methods !== undefined);
});
