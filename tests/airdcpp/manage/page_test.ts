import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chromium, needs } from "../../tools.ts";
import { DEFINITIONS, VALUES } from "./every_type.ts";
import { FakeError, type FakeHost } from "./fake_api.ts";
import { openPage, withPage } from "./page_actions.ts";

const tools = needs(chromium);
const X = "airdcpp-x";

function withSettings(host: FakeHost, values: Record<string, unknown> = { ...VALUES }): void {
  host.add(X, { has_settings: true });
  host.answers.set(`GET extensions/${X}/settings`, () => values);
  host.answers.set(`GET extensions/${X}/settings/definitions`, () => DEFINITIONS);
  host.answers.set(`PATCH extensions/${X}/settings`, (data) => void Object.assign(values, data));
}

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

/** What is entered, and what is sent for it. */
const ENTERED: [label: string, value: string | boolean, key: string, sent: unknown][] = [
  ["Flag", true, "flag", true],
  ["Count", "7", "count", 7],
  ["Level", "High", "level", 2],
  ["Word", "after", "word", "after"],
  ["Mode", "Second", "mode", "b"],
  ["Essay", "one\ntwo", "essay", "one\ntwo"],
  ["Secret", "another", "secret", "another"],
  ["Mail", "a@example.org", "mail", "a@example.org"],
  ["Link", "https://example.org/", "link", "https://example.org/"],
  ["File", "/a/b", "file", "/a/b"],
  ["Existing file", "/c", "existing", "/c"],
  ["Folder", "/d/", "folder", "/d/"],
  ["Hub", "adcs://hub.example:1", "hub", "adcs://hub.example:1"],
];

Deno.test("the settings form sends what was changed, for every type", tools, async () => {
  await withPage(withSettings, async (driver, host) => {
    await driver.click(`Settings of ${X}`);
    await driver.shows("What is done, in this order");
    const busy = "does.button('Save').getAttribute('aria-disabled')";
    assertEquals(await driver.value(busy), "true");
    assertEquals(await driver.value("does.field('Count').min + does.field('Count').max"), "110");
    assertEquals(await driver.value("does.field('Essay').tagName"), "TEXTAREA");
    assertEquals(
      await driver.value("does.field('Mail').type + does.field('Link').type"),
      "emailurl",
    );
    // What a password is goes into no element.
    assertEquals(await driver.value("does.field('Secret').value"), "");
    assertEquals(await driver.value("document.documentElement.outerHTML.includes('hidden')"), true);
    for (const secret of [VALUES.secret, VALUES.rules[0]!.key]) {
      assertEquals(
        await driver.value(`[...document.querySelectorAll("*")].some((node) =>
          [node.value, ...[...node.attributes].map((it) => it.value)].some((text) => text === ${
          JSON.stringify(secret)
        }))`),
        false,
      );
    }

    const patches = () => host.sent(`PATCH extensions/${X}/settings`);
    for (const [label, value, key, sent] of ENTERED) {
      const before = patches().length;
      await driver.enter(label, value);
      assertEquals(await driver.value(busy), null, label);
      await driver.click("Save");
      await driver.shows("Saved.");
      assertEquals(patches().slice(before), [{ [key]: sent }], label);
      assertEquals(await driver.value(busy), "true", label);
    }
    await driver.enter("Count", "7");
    assertEquals(await driver.value(busy), "true");

    await driver.enter("Client id", "CID");
    await driver.enter("Address of the hub", "adc://h");
    await driver.enter("Nick names", "me");
    await driver.click("Add to Words");
    await driver.value("does.enter(does.find('input', 'Words, entry 2'), 'two')");
    await driver.click("Move entry 2 of Words up");
    await driver.click("Add to Words");
    await driver.value("does.enter(does.find('input', 'Numbers, entry 1'), '5')");
    await driver.click("Add to Numbers");
    await driver.value("does.enter(does.find('input', 'Numbers, entry 2'), '6')");
    await driver.enter("Ex", true);
    await driver.enter("Action", "Drop");
    await driver.click("Add to Rules");
    await driver.value(
      "does.enter(does.group('rules').querySelectorAll('[data-key=pattern]')[1], 'new')",
    );
    await driver.click("Clear password");
    const before = patches().length;
    await driver.click("Save");
    await driver.shows("Saved.");
    assertEquals(patches().slice(before), [{
      secret: "",
      friend: { cid: "CID", hub_url: "adc://h", nicks: "me" },
      words: ["two", "one"],
      numbers: [5, 6],
      picks: ["x", "y"],
      rules: [
        { pattern: "*.tmp", enabled: true, action: "drop", key: VALUES.rules[0]!.key },
        { pattern: "new", enabled: true, action: "keep", key: "" },
      ],
    }]);

    for (const part of ["Client id", "Address of the hub", "Nick names"]) {
      await driver.enter(part, "");
    }
    await driver.click("Save");
    await driver.shows("Saved.");
    assertEquals(patches().at(-1), { friend: null });
    await driver.click("Remove entry 1 of Rules");
    assertEquals(await driver.value("does.group('rules').querySelectorAll('li').length"), 1);
    await driver.click("Use default for Words");
    await driver.click("Save");
    await driver.shows("Saved.");
    assertEquals(patches().at(-1), {
      words: ["one"],
      rules: [{ pattern: "new", enabled: true, action: "keep", key: "" }],
    });
  });
});

Deno.test(
  "the settings form shows errors where they belong and keeps what was entered",
  tools,
  async () => {
    await withPage((host) => {
      withSettings(host);
      let error = new FakeError(422, '"word" is no good', { field: "word", code: "invalid" });
      host.answers.set(`PATCH extensions/${X}/settings`, () => {
        const thrown = error;
        error = new FakeError(422, '"pattern" is empty', { field: "pattern", code: "invalid" });
        if (host.sent(`PATCH extensions/${X}/settings`).length === 3) {
          error = new FakeError(422, '"gone" is no setting', { field: "gone", code: "invalid" });
        }
        throw thrown;
      });
    }, async (driver, host) => {
      await driver.click(`Settings of ${X}`);
      await driver.enter("Word", "wrong");
      await driver.enter("Count", "");
      await driver.click("Save");
      await driver.until("does.group('word').innerText.includes('is no good')");
      assertEquals(host.sent(`PATCH extensions/${X}/settings`), [{ word: "wrong", count: null }]);
      assertEquals(await driver.value("document.activeElement === does.field('Word')"), true);
      assertEquals(await driver.value("does.field('Word').getAttribute('aria-invalid')"), "true");
      assertMatch(
        String(
          await driver.value(
            "does.field('Word').getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent).join()",
          ),
        ),
        /is no good/,
      );
      assertEquals(await driver.value("does.field('Word').value"), "wrong");
      await driver.click("Add to Rules");
      await driver.click("Save");
      await driver.until("does.group('rules').innerText.includes('is empty')");
      assertEquals(await driver.value("does.field('Word').getAttribute('aria-invalid')"), null);
      await driver.click("Save");
      await driver.until("does.group('rules').innerText.includes('is empty')");
      await driver.click("Save");
      await driver.until("does.find('.error-text', '\"gone\" is no setting') !== undefined");

      // What is not saved is not thrown away without a question.
      await driver.key("Escape");
      await driver.shows("is not saved");
      await driver.click("Keep editing");
      await driver.click("Close");
      await driver.click("Discard");
      await driver.until("document.querySelector('dialog') === null");
      assertEquals(
        await driver.value("document.activeElement.getAttribute('aria-label')"),
        `Settings of ${X}`,
      );
    });
  },
);

Deno.test(
  "the settings form follows changes of others and the end of the extension",
  tools,
  async () => {
    const values = { ...VALUES };
    await withPage((host) => withSettings(host, values), async (driver, host) => {
      await driver.click(`Settings of ${X}`);
      await driver.enter("Word", "mine");
      Object.assign(values, { word: "theirs", count: 9 });
      host.publish("extension_settings_updated", { word: "theirs", count: 9 }, X);
      await driver.until("does.field('Count').value === '9'");
      assertEquals(await driver.value("does.field('Word').value"), "mine");
      host.change(X, { running: false });
      host.change(X, { has_settings: false });
      await driver.shows("The extension has stopped");
      assertEquals(await driver.value("does.button('Save').getAttribute('aria-disabled')"), "true");
      host.change(X, { has_settings: true });
      await driver.until("does.button('Save').getAttribute('aria-disabled') === null");
      await driver.click("Save");
      await driver.shows("Saved.");
      assertEquals(host.sent(`PATCH extensions/${X}/settings`), [{ word: "mine" }]);
    });
  },
);

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
      withSettings(host);
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
