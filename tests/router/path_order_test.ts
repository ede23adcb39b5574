import { assertEquals } from "@std/assert";
import { pathKey, PathOrder, type PathUse } from "../../lib/router/path_order.ts";

/** Runs two calls, the first of which takes time, and tells in which order they ended. */
async function order(first: PathUse, second: PathUse): Promise<string> {
  const paths = new PathOrder();
  const ended: number[] = [];
  const slow = Promise.withResolvers<void>();
  const calls = [
    paths.run(first, () => slow.promise.then(() => ended.push(1))),
    paths.run(second, () => {
      ended.push(2);
      slow.resolve();
    }),
  ];
  // Had the second to wait, then nothing but the first can let it go on.
  const timer = setTimeout(() => slow.resolve(), 20);
  await Promise.all(calls);
  clearTimeout(timer);
  return ended.join("");
}

const read = (...reads: string[]) => ({ reads });
const write = (...writes: string[]) => ({ writes });

Deno.test("PathOrder keeps calls in order that touch the same file, its folder or its content", async () => {
  const cases: [PathUse, PathUse, string][] = [
    [write("/a"), read("/a"), "12"],
    [read("/a"), write("/a"), "12"],
    [write("/a"), write("/a/"), "12"],
    [write("/a/b"), read("/a/./c/../b"), "12"],
    [write("/a"), write("/a/b"), "12"],
    [write("/a/b/c"), write("/a"), "12"],
    [write("/"), read("/a"), "12"],
    [write("x"), read(`${Deno.cwd()}/x`), "12"],
    [{ reads: ["/a"], writes: ["/b"] }, read("/b/c"), "12"],
    [read("/a"), read("/a"), "21"],
    [read("/a"), read("/a/b"), "21"],
    [write("/a/b"), write("/a/bc"), "21"],
    [write("/a"), read("/ab"), "21"],
    [write("/a"), {}, "21"],
  ];
  for (const [first, second, expected] of cases) {
    assertEquals(await order(first, second), expected, JSON.stringify([first, second]));
  }
});

Deno.test("PathOrder goes on after a call that failed", async () => {
  const paths = new PathOrder();
  const failing = paths.run(write("/a"), () => Promise.reject(new Error("no")));
  const next = paths.run(read("/a"), () => "read");
  assertEquals((await Promise.allSettled([failing, next])).map(({ status }) => status), [
    "rejected",
    "fulfilled",
  ]);
});

Deno.test("PathOrder answers at once where nothing waits and nothing runs", () => {
  assertEquals(new PathOrder().run(read("/a"), () => 1), 1);
});

Deno.test("pathKey() knows the spellings of an operating system", () => {
  assertEquals(pathKey("/A/b", { os: "linux" }), "/A/b");
  assertEquals(pathKey("/A/b", { os: "darwin" }), "/a/b");
  assertEquals(pathKey("c:/A\\..\\b", { os: "windows" }), "c:/b");
  assertEquals(pathKey("\\\\server\\share", { os: "windows" }), "/server/share");
  assertEquals(pathKey("..\\b", { os: "windows", cwd: "D:\\x" }), "d:/b");
  assertEquals(pathKey("../../..", { os: "linux", cwd: "/a" }), "/");
});
