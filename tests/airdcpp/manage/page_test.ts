import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chromium, needs } from "../../tools.ts";
import { addSettings } from "./every_type.ts";
import { FakeError } from "./fake_api.ts";
import { openPage, withPage } from "./page_actions.ts";

const tools = needs(chromium);
const X = "airdcpp-x";

Deno.test("the page lists extensions and follows what becomes of them", tools, async () => {
  await withPage((host) => {
    host.add("airdcpp-b", { running: false, disabled: true, engines: ["python3"] });
    host.add(X, { has_settings: true, description: "<img src=x onerror=alert(1)>" });
    host.add("airdcpp-r", { managed: false, running: false, homepage: "javascript:alert(1)" });
  }, async (driver, host) => {
    assertEquals(
      await driver.value("[...document.querySelectorAll('.card h3')].map((it) => it.textContent)"),
      ["airdcpp-b", "airdcpp-r", X],
    );
    const b = String(await driver.card("airdcpp-b"));
    for (const part of ["1.0.0", "Stopped", "python3", "disabled", "Start", "Logs", "Remove…"]) {
      assertStringIncludes(b, part);
    }
    const x = String(await driver.card(X));
    for (const part of ["Running", "Stop", "Restart", "Settings", "has settings", "<img src=x"]) {
      assertStringIncludes(x, part);
    }
    const remote = String(await driver.card("airdcpp-r"));
    for (const part of ["Connected", "unmanaged", "Unregister…"]) {
      assertStringIncludes(remote, part);
    }
    for (const part of ["Restart", "Logs", "Starts with", "Homepage"]) {
      assert(!remote.includes(part), part);
    }
    assertEquals(await driver.value("document.querySelectorAll('img').length"), 0);

    host.change(X, { running: false, has_settings: false });
    await driver.until(
      `document.querySelector('[data-name="${X}"]').innerText.includes("Stopped")`,
    );
    assert(!String(await driver.card(X)).includes("Settings"));
    host.publish("extension_removed", host.extensions.get("airdcpp-b"));
    host.publish("extension_added", { ...host.extensions.get(X), name: "airdcpp-new" });
    await driver.until("document.querySelector('[data-name=airdcpp-new]') !== null");
    assertEquals(
      await driver.value("[...document.querySelectorAll('.card h3')].map((it) => it.textContent)"),
      ["airdcpp-new", "airdcpp-r", X],
    );
    assertEquals(await driver.card("airdcpp-b"), null);
    host.publish("extension_package_updated", { ...host.extensions.get(X), version: "1.1.0" }, X);
    await driver.until(`document.querySelector('[data-name="${X}"]').innerText.includes("1.1.0")`);
  });
});

Deno.test(
  "the page's buttons ask the host, show its refusals and ask before they remove",
  tools,
  async () => {
    await withPage((host) => {
      host.add(X);
      for (const verb of ["start", "stop"]) {
        host.answers.set(`POST extensions/${X}/${verb}`, () => {
          host.change(X, { running: verb === "start" });
        });
      }
      host.answers.set(`POST outrigger/packages/${X}/restart`, () => {
        throw new FakeError(500, "it does not want to");
      });
      host.answers.set(
        `PATCH extensions/${X}`,
        (data) => host.change(X, data as { disabled: boolean }),
      );
      host.answers.set(`DELETE extensions/${X}`, () => {
        host.publish("extension_removed", host.extensions.get(X));
      });
    }, async (driver, host) => {
      await driver.click(`Restart ${X}`);
      await driver.shows("it does not want to");
      await driver.value(`does.button("Stop ${X}").focus()`);
      await driver.click(`Stop ${X}`);
      await driver.until(`does.button("Start ${X}") !== undefined`);
      // Whoever has pressed it with the keyboard goes on from there.
      await driver.until(`document.activeElement === does.button("Start ${X}")`);
      assert(!String(await driver.card(X)).includes("does not want"));
      await driver.click(`Start ${X}`);
      await driver.until(`does.button("Stop ${X}") !== undefined`);

      await driver.enter("Starts with the host", false);
      await driver.shows("disabled");
      assertEquals(host.sent(`PATCH extensions/${X}`), [{ disabled: true }]);
      host.answers.set(`PATCH extensions/${X}`, () => {
        throw new FakeError(500, "cannot be written");
      });
      await driver.enter("Starts with the host", true);
      await driver.shows("cannot be written");
      assertEquals(await driver.value("does.field('Starts with the host').checked"), false);

      await driver.click(`Remove ${X}`);
      await driver.shows("settings and logs are removed");
      assertEquals(await driver.value("document.querySelectorAll('dialog:modal').length"), 1);
      assertEquals(await driver.value("document.activeElement.textContent"), "Cancel");
      await driver.key("Escape");
      await driver.until("document.querySelector('dialog') === null");
      assertEquals(
        await driver.value("document.activeElement.getAttribute('aria-label')"),
        `Remove ${X}`,
      );
      assertEquals(host.sent(`DELETE extensions/${X}`), []);
      await driver.click(`Remove ${X}`);
      await driver.click("Remove");
      await driver.shows("No extensions are installed yet");
      assertEquals(await driver.value("document.activeElement.id"), "list-title");
      assertEquals(
        await driver.value("document.querySelector('#said').textContent"),
        `${X} was removed.`,
      );
    });
  },
);

Deno.test("the page shows logs, afresh and while they grow, and details", tools, async () => {
  let text = "first line\n";
  await withPage((host) => {
    host.add(X);
    host.answers.set(`GET extensions/${X}`, () => host.extensions.get(X));
    const log = (name: string) => () => ({ name, size: text.length, text: `${name}: ${text}` });
    host.answers.set(`GET outrigger/packages/${X}/logs/output.log`, log("output.log"));
    host.answers.set(`GET outrigger/packages/${X}/logs/error.log`, log("error.log"));
    host.answers.set(`GET outrigger/packages/${X}`, () => ({
      extension: host.extensions.get(X),
      state: "restarting",
      reason: "it ended with code 3",
      pid: null,
      uptime_ms: null,
      restarts: 4,
      last_exit: { code: 3, stderr: ["Error: <b>no</b>"] },
      folder: "/packages/x",
      granted: ["events_edit"],
      asks: null,
    }));
  }, async (driver) => {
    await driver.click(`Logs of ${X}`);
    const shown = "document.querySelector('.log').textContent";
    await driver.until(`${shown} === "output.log: first line\\n"`);
    text += "<b>second</b>\n";
    await driver.click("Refresh");
    await driver.until(`${shown}.endsWith("<b>second</b>\\n")`);
    await driver.enter("Follow", true);
    text += "third\n".repeat(500);
    await driver.until(`${shown}.endsWith("third\\n")`);
    const fromEnd =
      "(() => { const it = document.querySelector('.log'); return it.scrollHeight - it.scrollTop - it.clientHeight; })()";
    assert(Number(await driver.value(fromEnd)) < 2);
    // Who has scrolled up stays there.
    await driver.value("document.querySelector('.log').scrollTop = 0");
    text += "fourth\n";
    await driver.until(`${shown}.endsWith("fourth\\n")`);
    assertEquals(await driver.value("document.querySelector('.log').scrollTop"), 0);
    await driver.enter("Follow", false);
    await driver.enter("File", "error.log");
    await driver.until(`${shown}.startsWith("error.log: ")`);
    await driver.click("Close");

    await driver.click(`Details of ${X}`);
    await driver.shows("restarting: it ended with code 3");
    await driver.shows("code 3: Error: <b>no</b>");
    await driver.shows("/packages/x");
  });
});

Deno.test("the page says that the connection is lost, and takes it up again", tools, async () => {
  await withPage((host) => host.add(X), async (driver, host) => {
    host.publish("extension_installation_started", { install_id: "airdcpp-other" });
    await driver.enter("Name or address", "airdcpp-mine");
    await driver.click("Install");
    await until(() => host.sent("POST outrigger/packages/install").length === 1);
    host.reachable = false;
    host.drop();
    await driver.shows("Connection lost. Trying again…");
    await driver.click(`Stop ${X}`);
    await driver.shows("There is no connection to the host");
    host.extensions.delete(X);
    host.add("airdcpp-later");
    host.reachable = true;
    await driver.click("Try now");
    await driver.shows("Connected again");
    await driver.until("document.querySelector('[data-name=airdcpp-later]') !== null");
    assertEquals(await driver.card(X), null);
    await driver.shows("The connection was lost meanwhile");
    host.change("airdcpp-later", { running: false });
    await driver.shows("Stopped");

    // By itself too.
    host.reachable = false;
    host.drop();
    await driver.shows("Connection lost. Trying again…");
    host.reachable = true;
    await driver.shows("Connected again");
    // Chromium notes the handshakes that failed.
    driver.page.console.length = 0;
  });
});

Deno.test("the page takes up what happens while the list is on its way", tools, async () => {
  await withPage((host) => {
    host.add(X);
    let first = true;
    host.answers.set("GET extensions", () => {
      const list = [...host.extensions.values()];
      if (first) host.change(X, { running: false });
      first = false;
      return list;
    });
  }, async (driver) => {
    await driver.until(
      `document.querySelector('[data-name="${X}"]').innerText.includes("Stopped")`,
    );
  });
});

Deno.test(
  "the token is gone from the address, and a reload and another window keep the session",
  tools,
  async () => {
    await withPage((host) => host.add(X), async (driver, host, browser) => {
      assertEquals(await driver.value("location.href"), `${host.origin}/__outrigger/extensions`);
      assertEquals(await driver.value("history.length"), 2);
      assertEquals(await driver.value("document.querySelector('#state')"), null);
      assertEquals(await driver.value("document.referrer"), "");
      await driver.page.reload();
      await driver.shows("Connected");
      assertEquals(host.sessions.size, 1);

      // Another window of the session takes its connection over; both must not fight for it.
      const [session] = host.sessions;
      const other = await openPage(browser, `${host.origin}/__outrigger/extensions`);
      await other.shows("there was none or it has been used");
      await other.shows("outrigger ext manage");
      await other.value(`sessionStorage.setItem("outrigger.session", ${JSON.stringify(session)})`);
      await other.page.reload();
      await other.shows("Connected");
      await driver.shows("This page is open in another window.");
      await driver.click("Use it here");
      await driver.shows("Connected again");
      await other.shows("This page is open in another window.");

      host.sessions.clear();
      host.drop();
      await driver.shows("The session has ended");
      assertEquals(await driver.value("sessionStorage.length"), 0);
      assertEquals(await driver.value("document.querySelector('#content').hidden"), true);
      await driver.page.reload();
      await driver.shows("This page needs a new address");
    });
  },
);

Deno.test(
  "the page fits 360 pixels, dialogs too, and can be used by the keyboard",
  tools,
  async () => {
    await withPage((host) => {
      addSettings(host, X);
      host.add(`airdcpp-${"long".repeat(30)}`, { description: "x".repeat(300) });
    }, async (driver) => {
      const outside = `[...document.querySelectorAll("body *")].filter((it) => {
      const { left, right, width } = it.getBoundingClientRect();
      return width > 1 && (left < 0 || right > document.documentElement.clientWidth);
    }).map((it) => it.outerHTML)`;
      await driver.page.screenshot({ width: 360, height: 640 });
      assertEquals(await driver.value(outside), []);
      await driver.value("document.querySelector('h1').focus()");
      const seen: string[] = [];
      for (let i = 0; i < 9; i++) {
        await driver.key("Tab");
        seen.push(
          String(
            await driver.value(
              "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim().split('  ')[0]",
            ),
          ),
        );
      }
      assertEquals(seen.slice(0, 7), [
        "Skip to the list",
        "Package file .tgz",
        "Install file",
        "Name or address",
        "Install",
        "Check for updates",
        "Homepage",
      ]);
      await driver.value(`does.button("Settings of ${X}").focus()`);
      await driver.key("Enter");
      await driver.shows("What is done");
      assertEquals(await driver.value(outside), []);
      const unnamed =
        `[...document.querySelectorAll("input, select, textarea, button")].filter((it) =>
      !(it.getAttribute("aria-label") || it.labels?.[0]?.textContent || it.textContent)).map((it) => it.outerHTML)`;
      assertEquals(await driver.value(unnamed), []);
      await driver.key("Escape");
      await driver.until("document.querySelector('dialog') === null");
    });
  },
);

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !condition();) {
    if (Date.now() > end) throw new Error(`not within 15 s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
