/** The management page in a browser, against the real program with real packages. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { openPage } from "../airdcpp/manage/page_actions.ts";
import { Browser } from "../chromium.ts";
import { packageTgz } from "../packages/archives.ts";
import { chromium, needs, node } from "../tools.ts";
import { type Program, startProgram } from "./program.ts";

const tools = needs(chromium, node);
const NAME = "airdcpp-e2e";

/** Defines settings and prints them when they change. */
const SCRIPT = `
const [url, token] = ["apiUrl", "authToken"].map((key) =>
  process.argv.find((arg) => arg.startsWith("--" + key + "=")).slice(key.length + 3));
const ask = async (method, path, body) => {
  const response = await fetch("http://" + url + "extensions/${NAME}/" + path, {
    method,
    headers: { authorization: token, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.status === 200 ? await response.json() : undefined;
};
console.log("<b>begins</b> " + process.pid);
await ask("POST", "settings/definitions", [
  { key: "count", title: "Count", type: "number", default_value: 1, min: 1, max: 10 },
  { key: "secret", title: "Secret", type: "password", default_value: "", optional: true },
  {
    key: "rules",
    title: "Rules",
    type: "list",
    item_type: "struct",
    default_value: [],
    optional: true,
    definitions: [
      { key: "pattern", title: "Pattern", type: "string", default_value: "" },
      { key: "key", title: "Key", type: "password", default_value: "", optional: true },
    ],
  },
]);
let last = "";
setInterval(async () => {
  const { count, secret, rules } = await ask("GET", "settings");
  const text = [count, secret.length, ...rules.map((it) => it.pattern + it.key.length)].join(" ");
  if (text !== last) console.log("settings: " + text);
  last = text;
}, 100);
`;

function configured(more: Record<string, unknown> = {}) {
  return { packages: { enabled: true, path: "${NL_PATH}/packages", ...more } };
}

/** The address that the program has printed. */
async function addressOf(program: Program): Promise<string> {
  const pattern = /Packages are managed at (\S+)/;
  await program.eventually(() => pattern.test(program.stdout), {
    what: "address of the page",
    timeoutMs: 10_000,
  });
  return pattern.exec(program.stdout)![1]!;
}

Deno.test(
  "the page installs, sets up, watches and removes a package of the real program",
  tools,
  async () => {
    await using program = await startProgram({
      config: configured(),
      args: ["--manage"],
      files: {
        "good.tgz": await packageTgz({ name: NAME, main: "main.mjs" }, { "main.mjs": SCRIPT }),
        "bad.tgz": await packageTgz({ name: NAME, main: "../main.mjs" }),
      },
    });
    const address = await addressOf(program);
    await using browser = await Browser.start();
    const driver = await openPage(browser, address);
    await driver.shows("No extensions are installed yet");
    assertMatch(String(await driver.value("location.href")), /\/__outrigger\/extensions$/);

    await driver.page.reload();
    await driver.shows("No extensions are installed yet");

    await driver.chooseFile(join(program.folder, "good.tgz"));
    await driver.click("Install file");
    await driver.shows("good.tgz is installed.");
    await driver.shows("Running");
    await driver.click(`Settings of ${NAME}`);
    await driver.enter("Count", "11");
    await driver.click("Save");
    await driver.until("does.group('count').querySelector('.error-text').textContent !== ''");
    await driver.enter("Count", "7");
    await driver.enter("Secret", "twelve chars");
    await driver.click("Add to Rules");
    await driver.enter("Pattern", "first");
    await driver.enter("Key", "four");
    await driver.click("Save");
    await driver.shows("Saved.");
    assertEquals(await driver.value("does.field('Secret').placeholder"), "Unchanged");
    // The passwords stay what they are when something beside them changes.
    await driver.enter("Pattern", "second");
    await driver.click("Save");
    await driver.shows("Saved.");
    await driver.click("Close");

    await driver.click(`Logs of ${NAME}`);
    await driver.enter("Follow", true);
    await driver.shows("<b>begins</b>");
    await driver.shows("settings: 7 12 second4");
    await driver.click("Close");

    await driver.click(`Details of ${NAME}`);
    await driver.shows("settings_edit");
    await driver.click("Close");

    await driver.click(`Stop ${NAME}`);
    await driver.until(`does.button("Start ${NAME}") !== undefined`);
    await driver.until(`does.button("Settings of ${NAME}") === undefined`);
    await driver.enter("Starts with the host", false);
    await driver.shows("disabled");
    await driver.click(`Start ${NAME}`);
    await driver.until(`does.button("Settings of ${NAME}") !== undefined`);
    await driver.click(`Restart ${NAME}`);
    await driver.until(`does.button("Settings of ${NAME}") === undefined`);
    await driver.until(`does.button("Settings of ${NAME}") !== undefined`);

    await driver.chooseFile(join(program.folder, "bad.tgz"));
    await driver.click("Install file");
    await driver.until("document.querySelector('[data-state=Failed]')?.innerText.includes('main')");
    await driver.shows("Running");

    await driver.click(`Remove ${NAME}`);
    await driver.click("Remove");
    await driver.shows("No extensions are installed yet");
    const left = [...Deno.readDirSync(join(program.folder, "packages"))].map(({ name }) => name);
    assertEquals(left.filter((name) => !name.startsWith(".")), []);
    assertEquals(driver.page.console, []);

    // The address has been used up; the session ends with the host.
    const other = await openPage(browser, address);
    await other.shows("there was none or it has been used");
    const token = address.slice(address.indexOf("=") + 1);
    const session = String(await driver.value("sessionStorage.getItem('outrigger.session')"));
    const log = await Deno.readTextFile(join(program.folder, "neutralinojs.log"));
    for (const secret of [token, session]) assert(!log.includes(secret));
    program.signal("SIGTERM");
    await program.ended();
    await driver.shows("Connection lost");
  },
);

Deno.test("without --manage there is no page", tools, async () => {
  await using program = await startProgram({ config: configured() });
  const response = await fetch(`${program.url}/__outrigger/extensions`);
  await response.body?.cancel();
  assertEquals(response.status, 404);
  assert(!program.stdout.includes("managed at"));
});
