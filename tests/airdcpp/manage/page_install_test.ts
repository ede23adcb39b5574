import { assert, assertEquals } from "@std/assert";
import { chromium, needs } from "../../tools.ts";
import { FakeError } from "./fake_api.ts";
import { withPage } from "./page_actions.ts";

const tools = needs(chromium);
const X = "airdcpp-x";

Deno.test(
  "the page installs a file: progress, success, failure and cancelling",
  tools,
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "outrigger-manage-file-" });
    try {
      const content = new Uint8Array(200_000).map((_, at) => at % 251);
      await Deno.writeFile(`${folder}/package.tgz`, content);
      await withPage((host) => {
        host.answers.set("POST outrigger/packages/install", (data) => {
          const { install_id } = data as { install_id: string };
          host.publish("extension_installation_started", { install_id });
        });
      }, async (driver, host) => {
        const job = "document.querySelector('[data-job=\"package.tgz\"]')";
        await driver.click("Install file");
        await driver.shows("Choose a file first.");
        await driver.page.send("Network.enable");
        const slowly = (rate: number) =>
          driver.page.send("Network.emulateNetworkConditions", {
            offline: false,
            latency: 0,
            downloadThroughput: -1,
            uploadThroughput: rate,
          });
        await slowly(150_000);
        await driver.value(`globalThis.seen = []; new MutationObserver(() => {
        const bar = document.querySelector("progress");
        if (bar?.hasAttribute("value")) seen.push(bar.value);
      }).observe(document.querySelector("#jobs"), { subtree: true, childList: true, attributes: true }); 0`);
        await driver.chooseFile(`${folder}/package.tgz`);
        await driver.click("Install file");
        await driver.until(`${job}?.innerText.includes("Installing…")`);
        const seen = await driver.value("seen") as number[];
        assert(seen.some((part) => part > 0.1 && part < 0.9), seen.join());
        assertEquals(seen, seen.toSorted((a, b) => a - b));
        await until(() => host.sent("POST outrigger/packages/install").length === 1);
        const [{ upload, install_id }] = host.sent("POST outrigger/packages/install") as [
          { upload: string; install_id: string },
        ];
        assertEquals(install_id, "package.tgz");
        const path = host.uploads.take(upload)!;
        assertEquals(await Deno.readFile(path), content);
        await Deno.remove(path);
        host.publish("extension_installation_succeeded", { install_id });
        await driver.until(`${job}.dataset.state === "Done"`);
        await driver.until("document.querySelector('#said').textContent.includes('is installed')");

        await slowly(-1);
        await driver.chooseFile(`${folder}/package.tgz`);
        await driver.click("Install file");
        await until(() => host.sent("POST outrigger/packages/install").length === 2);
        host.publish("extension_installation_failed", { install_id, error: "it is no package" });
        await driver.until(`${job}.innerText.includes("Failed: it is no package")`);
        const alarm = "document.querySelector('#alarm').textContent";
        await driver.until(`${alarm}.includes("it is no package")`);

        await slowly(20_000);
        await driver.chooseFile(`${folder}/package.tgz`);
        await driver.click("Install file");
        await driver.click("Cancel installation of package.tgz");
        await driver.until(`${job}.dataset.state === "Cancelled"`);
        await slowly(-1);

        // A session that has ended cannot send files.
        const [session] = host.sessions;
        host.sessions.clear();
        await driver.chooseFile(`${folder}/package.tgz`);
        await driver.click("Install file");
        await driver.until(
          `${job}.innerText.includes("Failed: Files are taken from sessions only")`,
        );
        host.sessions.add(session!);
        assertEquals(host.sent("POST outrigger/packages/install").length, 2);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("the page installs by name and address, and offers updates", tools, async () => {
  await withPage((host) => {
    host.add(X);
    host.answers.set("POST outrigger/packages/updates", () => [
      { name: X, version: "1.0.0", newest: "1.2.0", new_major: "2.0.0", error: null },
    ]);
  }, async (driver, host) => {
    const sent = () => host.sent("POST outrigger/packages/install");
    for (
      const [text, source] of [
        ["airdcpp-a", { name: "airdcpp-a" }],
        [" airdcpp-a@1.2.3 ", { name: "airdcpp-a", version: "1.2.3" }],
        ["@scope/airdcpp-a", { name: "@scope/airdcpp-a" }],
        ["https://example.org/a@1.tgz", { url: "https://example.org/a@1.tgz" }],
      ] as const
    ) {
      const before = sent().length;
      await driver.enter("Name or address", text);
      await driver.click("Install");
      await until(() => sent().length > before);
      assertEquals(sent().at(-1), { ...source, install_id: text.trim() });
    }
    host.publish("extension_installation_progress", {
      install_id: "airdcpp-a",
      received: 500_000,
      total: 2_000_000,
    });
    await driver.shows("Downloading: 500 kB of 2.0 MB");
    assertEquals(
      await driver.value("document.querySelector('[data-job=airdcpp-a] progress').value"),
      0.25,
    );
    host.answers.set("POST outrigger/packages/install", () => {
      throw new FakeError(409, "it is being installed already");
    });
    await driver.enter("Name or address", "airdcpp-c");
    await driver.key("Tab");
    await driver.value("document.querySelector('#source').focus()");
    await driver.key("Enter");
    await driver.shows("Failed: it is being installed already");

    await driver.click("Check for updates");
    await driver.click("Update to 1.2.0");
    await until(() => (sent().at(-1) as { version?: string }).version === "1.2.0");
    await driver.click("Install 2.0.0");
    await until(() => (sent().at(-1) as { version?: string }).version === "2.0.0");
    host.publish("extension_package_updated", { ...host.extensions.get(X), version: "1.2.0" }, X);
    await driver.until("does.button('Update to 1.2.0') === undefined");
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !condition();) {
    if (Date.now() > end) throw new Error(`not within 15 s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
