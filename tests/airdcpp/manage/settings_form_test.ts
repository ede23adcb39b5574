import { assertEquals, assertMatch } from "@std/assert";
import { chromium, needs } from "../../tools.ts";
import { addSettings, VALUES } from "./every_type.ts";
import { FakeError } from "./fake_api.ts";
import { withPage } from "./page_actions.ts";

const tools = needs(chromium);
const X = "airdcpp-x";

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
  await withPage((host) => addSettings(host, X), async (driver, host) => {
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
      addSettings(host, X);
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
    await withPage((host) => addSettings(host, X, values), async (driver, host) => {
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
      // It starts with other values than it had, of which no event tells.
      Object.assign(values, { word: "again", count: 3 });
      host.change(X, { has_settings: true });
      await driver.until("does.field('Count').value === '3'");
      assertEquals(await driver.value("does.field('Word').value"), "mine");
      await driver.until("does.button('Save').getAttribute('aria-disabled') === null");
      await driver.click("Save");
      await driver.shows("Saved.");
      assertEquals(host.sent(`PATCH extensions/${X}/settings`), [{ word: "mine" }]);
    });
  },
);
