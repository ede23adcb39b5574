import { assertEquals, assertStrictEquals } from "@std/assert";
import { parseFlags } from "../../lib/config/flags.ts";
import { applyOverrides, cloneJson, isObject } from "../../lib/config/overrides.ts";

function apply(config: Record<string, unknown>, ...args: string[]): Record<string, unknown> {
  applyOverrides(config, parseFlags(args).overrides);
  return config;
}

Deno.test("applyOverrides() makes missing and null parents", () => {
  assertEquals(apply({}, "--window-width=5"), { modes: { window: { width: 5 } } });
  assertEquals(apply({ modes: null }, "--window-x=5"), { modes: { window: { x: 5 } } });
});

Deno.test("applyOverrides() writes into all modes where the flag says so", () => {
  assertEquals(apply({ modes: { cloud: { port: 1 } } }, "--port=2"), {
    port: 2,
    modes: { window: { port: 2 }, browser: { port: 2 }, cloud: { port: 2 }, chrome: { port: 2 } },
  });
  assertEquals(apply({}, "--data-location=system"), { dataLocation: "system" });
});

Deno.test("applyOverrides() overrides a mode's logging and hides no root logging", () => {
  assertEquals(
    apply(
      { logging: { writeToLogFile: false }, modes: { cloud: { logging: {} } } },
      "--logging-enabled=false",
    ),
    {
      logging: { writeToLogFile: false, enabled: false },
      modes: { cloud: { logging: { enabled: false } } },
    },
  );
});

Deno.test("applyOverrides() leaves parents of a wrong type for the validation", () => {
  assertEquals(apply({ modes: "x" }, "--window-width=5"), { modes: "x" });
});

Deno.test("cloneJson() drops __proto__ and keeps prototypes as they are", () => {
  const hostile = JSON.parse(
    '{"__proto__":{"polluted":1},"a":[{"__proto__":{"polluted":1},"constructor":{"x":1}}]}',
  );
  const copy = cloneJson(hostile);
  assertEquals(JSON.stringify(copy), '{"a":[{"constructor":{"x":1}}]}');
  assertStrictEquals(Object.getPrototypeOf(copy), Object.prototype);
  assertEquals(isObject(copy) && Reflect.get(copy, "polluted"), undefined);
});
