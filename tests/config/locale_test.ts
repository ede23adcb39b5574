import { assertEquals } from "@std/assert";
import { localeInfo } from "../../lib/config/locale.ts";

const CASES: [typeof Deno.build.os, Record<string, string>, [string, string, string]][] = [
  ["linux", { LANG: "en_US.UTF-8" }, ["en-US", "en", "US"]],
  ["linux", { LC_ALL: "", LC_MESSAGES: "de_AT@euro", LANG: "fr_FR" }, ["de-AT", "de", "AT"]],
  ["linux", { LC_ALL: "zh_Hans_CN.UTF-8", LANG: "fr_FR" }, ["zh-Hans-CN", "zh", "CN"]],
  ["linux", { LANG: "C" }, ["C", "C", ""]],
  ["linux", { LANG: "C.UTF-8" }, ["C", "C", ""]],
  ["freebsd", {}, ["pt-BR", "pt", "BR"]],
  ["darwin", { LANG: "en_US" }, ["pt-BR", "pt", "BR"]],
  ["windows", {}, ["pt-BR", "pt", "BR"]],
];

for (const [os, variables, expected] of CASES) {
  Deno.test(`localeInfo() on ${os} with ${JSON.stringify(variables)} is ${expected[0]}`, () => {
    const values = new Map(Object.entries(variables));
    const info = localeInfo({ os, env: (name) => values.get(name), systemLanguage: "pt-BR" });
    assertEquals([info.locale, info.language, info.region], expected);
  });
}
