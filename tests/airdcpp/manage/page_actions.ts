/**
 * What somebody does with the management page in a browser.
 *
 * @module
 */

import { Browser, type Page } from "../../chromium.ts";
import { FakeHost } from "./fake_api.ts";

/** Functions of the tests, put into the page. */
const IN_PAGE = `(() => {
  const visible = (node) => node.getClientRects().length > 0;
  const root = () => [...document.querySelectorAll("dialog")].at(-1) ?? document;
  const nameOf = (node) => node.getAttribute("aria-label") ?? node.textContent;
  const find = (selector, name) =>
    [...root().querySelectorAll(selector)].find((node) => visible(node) && nameOf(node).trim() === name);
  globalThis.does = {
    find,
    root,
    button: (name) => find("button", name),
    field(title) {
      const label = [...root().querySelectorAll("label")].find((it) =>
        visible(it) && it.textContent.replace(/ optional$/, "") === title);
      return label === undefined ? undefined : document.getElementById(label.htmlFor);
    },
    enter(node, value) {
      if (node.type === "checkbox") {
        if (node.checked !== value) node.click();
        return;
      }
      if (node.tagName === "SELECT") {
        node.value = [...node.options].find((option) => option.textContent === value).value;
      } else node.value = value;
      node.dispatchEvent(new Event("input", { bubbles: true }));
      node.dispatchEvent(new Event("change", { bubbles: true }));
    },
    group: (key) => root().querySelector('[data-field="' + key + '"]'),
  };
})()`;

/** A page that is driven. */
export class ManageDriver {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Presses the button of a name in the topmost dialog, or else on the page. */
  async click(name: string): Promise<void> {
    await this.until(`does.button(${JSON.stringify(name)}) !== undefined`);
    await this.page.evaluate(`does.button(${JSON.stringify(name)}).click()`);
  }

  /** Enters a value into the field that a label names. */
  async enter(label: string, value: string | boolean): Promise<void> {
    const field = `does.field(${JSON.stringify(label)})`;
    await this.until(`${field} !== undefined`);
    await this.page.evaluate(`does.enter(${field}, ${JSON.stringify(value)})`);
  }

  /** What an expression is in the page; `does` holds the functions above. */
  value(expression: string): Promise<unknown> {
    return this.page.evaluate(expression);
  }

  /** Waits until an expression is true. */
  until(expression: string): Promise<void> {
    return this.page.until(`globalThis.does !== undefined && (${expression})`);
  }

  /** Waits until a text is shown, in the topmost dialog or else on the page. */
  shows(text: string): Promise<void> {
    const all = `(does.root().body ?? does.root()).innerText`;
    return this.until(`${all}.includes(${JSON.stringify(text)})`);
  }

  /** The text of an extension's card, one line a part. */
  card(name: string): Promise<unknown> {
    return this.value(`document.querySelector('[data-name="${name}"]')?.innerText ?? null`);
  }

  /** Presses a key, as the keyboard does. */
  async key(key: string, code = key): Promise<void> {
    const codes: Record<string, number> = { Tab: 9, Enter: 13, Escape: 27, " ": 32 };
    const text = key === "Enter" ? "\r" : key === " " ? " " : undefined;
    const event = { key, code, windowsVirtualKeyCode: codes[key], ...(text && { text }) };
    await this.page.send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
    await this.page.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  /** Puts a file of this machine into the file input. */
  async chooseFile(path: string): Promise<void> {
    const { root } = await this.page.send("DOM.getDocument") as { root: { nodeId: number } };
    const { nodeId } = await this.page.send("DOM.querySelector", {
      nodeId: root.nodeId,
      selector: "#file",
    });
    await this.page.send("DOM.setFileInputFiles", { files: [path], nodeId });
  }
}

/** Opens an address of the page in a browser. */
export async function openPage(browser: Browser, url: string): Promise<ManageDriver> {
  const page = await browser.open("about:blank");
  await page.send("Page.addScriptToEvaluateOnNewDocument", { source: IN_PAGE });
  await page.goto(url);
  return new ManageDriver(page);
}

/** Runs a test with a page that is connected to a host that says what the test wants. */
export async function withPage(
  prepare: (host: FakeHost) => void,
  test: (driver: ManageDriver, host: FakeHost, browser: Browser) => Promise<void>,
): Promise<void> {
  await using host = await FakeHost.start();
  prepare(host);
  await using browser = await Browser.start();
  const driver = await openPage(browser, host.page.newUrl(host.origin));
  await driver.shows("Connected");
  await test(driver, host, browser);
  // Errors, and what the policy of the page forbids.
  if (driver.page.console.length > 0) throw new Error(driver.page.console.join("\n"));
}
