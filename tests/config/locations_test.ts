import { assertEquals } from "@std/assert";
import { locate, sanitizeApplicationId, under } from "../../lib/config/locations.ts";

Deno.test("sanitizeApplicationId() deletes foreign characters and joins dots", () => {
  assertEquals(sanitizeApplicationId("a b/..c@d-e_f"), "ab.cde_f");
  assertEquals(sanitizeApplicationId("../../etc"), ".etc");
  assertEquals(sanitizeApplicationId("com.example.app"), "com.example.app");
});

const CASES: [string | undefined, string | undefined, string, string][] = [
  [undefined, undefined, "./app", "./app/.storage"],
  ["app", "other", "./app", "./app/.storage"],
  ["system", undefined, "/d/my.id", "./app/.storage"],
  [undefined, "system", "./app", "/d/my.id/.storage"],
  ["system", "system", "/d/my.id", "/d/my.id/.storage"],
];

for (const [dataLocation, storageLocation, dataPath, storagePath] of CASES) {
  Deno.test(`locate() with data ${dataLocation} and storage ${storageLocation}`, () => {
    const places = locate({
      appPath: "./app",
      applicationId: "my.id",
      dataLocation,
      storageLocation,
      dataHome: () => "/d",
    });
    assertEquals(places, {
      appPath: "./app",
      dataPath,
      storagePath,
      tempPath: `${dataPath}/.tmp`,
      logFile: `${dataPath}/neutralinojs.log`,
      logsPath: `${dataPath}/logs`,
      packagesPath: `${dataPath}/packages`,
    });
  });
}

Deno.test("under() puts one slash between", () => {
  assertEquals([under("/", "x"), under("a", "x"), under(".", ".tmp")], ["/x", "a/x", "./.tmp"]);
});
