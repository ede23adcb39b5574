import { assertEquals } from "@std/assert";
import { Grant, type NativeLists } from "../../lib/auth/grant.ts";

/** contracts: Neutralino 5.4 */
const CASES: [lists: NativeLists[], method: string, allowed: boolean, why: string][] = [
  [[{}], "os.execCommand", true, "no list allows everything"],
  [[{ nativeAllowList: [] }], "app.exit", false, "an empty allow list allows nothing"],
  [[{ nativeAllowList: ["app.*"] }], "app.exit", true, "a namespace"],
  [[{ nativeAllowList: ["app.*"] }], "application.exit", false, "only the whole namespace"],
  [[{ nativeAllowList: ["app.g.*"] }], "app.exit", true, "the text before the first dot counts"],
  [[{ nativeAllowList: ["*"] }], "app.exit", false, "a bare star matches nothing"],
  [[{ nativeAllowList: ["os.get*"] }], "os.getEnv", false, "a prefix matches nothing"],
  [[{ nativeAllowList: ["app.exit"] }], "app.exit", true, "an exact name"],
  [[{ nativeAllowList: ["app.exit"] }], "app.getConfig", false, "another name"],
  [[{ nativeBlockList: ["os.*"] }], "os.getEnv", false, "a blocked namespace"],
  [[{ nativeBlockList: ["os.*"] }], "app.exit", true, "another namespace"],
  [
    [{ nativeAllowList: ["app.*"], nativeBlockList: [] }],
    "os.getEnv",
    false,
    "an empty block list does not turn the allow list off",
  ],
  [
    [{ nativeAllowList: ["app.*"], nativeBlockList: ["app.exit"] }],
    "app.exit",
    false,
    "blocked wins",
  ],
  [
    [{ nativeAllowList: ["app.*"] }, { nativeAllowList: ["os.*"] }],
    "os.getEnv",
    false,
    "narrowing only",
  ],
  [
    [{ nativeAllowList: ["app.*"] }, { nativeAllowList: ["os.*"] }],
    "app.exit",
    false,
    "both must allow",
  ],
  [[{ nativeAllowList: ["__proto__"] }], "constructor", false, "no inherited names"],
];

for (const [lists, method, allowed, why] of CASES) {
  Deno.test(`Grant.allows() ${allowed ? "allows" : "refuses"} ${method}: ${why}`, () => {
    assertEquals(new Grant(lists).allows(method), allowed);
  });
}
