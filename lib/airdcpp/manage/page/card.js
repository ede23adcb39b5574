/**
 * An extension in the list.
 *
 * @module
 */

import { button, el, freshId, isBusy, setBusy } from "./dom.js";
import { confirm, say } from "./notices.js";
import { openDetails, openLogs } from "./views.js";

/** The entry of one extension, which stays while what is known of the extension changes. */
export class Card {
  element;
  #context;
  #extension;
  #state = el("span", { class: "state" });
  #version = el("span", { class: "version" });
  #description = el("p", { class: "description" });
  #facts = el("p", { class: "facts" });
  #update = el("div", { class: "update", hidden: true });
  #error = el("p", { class: "error-text", role: "alert" });
  #autostart;
  #autostartLine;
  #buttons;

  /** @param context `api`, and `openSettings(name)` and `install(source, title)` of the page */
  constructor(extension, context) {
    this.#context = context;
    this.#extension = extension;
    const { name } = extension;
    const titleId = freshId();
    const switchId = freshId();
    this.#autostart = el("input", {
      type: "checkbox",
      role: "switch",
      id: switchId,
      change: () => this.#setDisabled(!this.#autostart.checked),
    });
    const label = el("label", { for: switchId, text: "Starts with the host" });
    this.#autostartLine = el("div", { class: "check" }, this.#autostart, label);
    const named = (verb) => ({ label: `${verb} ${name}` });
    const post = (verb) => () => this.#act(() => this.#request("POST", `/${verb}`));
    this.#buttons = {
      start: button("Start", post("start"), { ...named("Start"), kind: "primary" }),
      stop: button("Stop", post("stop"), named("Stop")),
      restart: button("Restart", () => this.#act(() => this.#restart()), named("Restart")),
      settings: button("Settings", () => context.openSettings(name), named("Settings of")),
      logs: button("Logs", () => openLogs(context.api, name), named("Logs of")),
      details: button("Details", () => openDetails(context.api, name), named("Details of")),
      remove: button("Remove…", () => this.#remove(), { ...named("Remove"), kind: "danger" }),
    };
    this.element = el(
      "li",
      { class: "card", "aria-labelledby": titleId, "data-name": name },
      el(
        "div",
        { class: "card-head" },
        el("h3", { id: titleId, text: name, tabindex: "-1" }),
        this.#version,
        this.#state,
      ),
      this.#description,
      this.#facts,
      this.#update,
      this.#error,
      el(
        "div",
        { class: "card-foot" },
        this.#autostartLine,
        el("div", { class: "actions" }, ...Object.values(this.#buttons)),
      ),
    );
    this.update(extension);
  }

  /** Shows what is known now. */
  update(extension) {
    this.#extension = extension;
    const focused = document.activeElement;
    const { running, managed, disabled, version, description } = extension;
    const state = !managed ? "connected" : running ? "running" : "stopped";
    this.#state.textContent =
      { connected: "Connected", running: "Running", stopped: "Stopped" }[state];
    this.#state.dataset.state = state;
    this.#version.textContent = version;
    this.#description.textContent = description;
    const facts = factsOf(extension);
    // Left alone when nothing is new, for whoever has the focus on its link.
    if (facts.map(shownBy).join() !== [...this.#facts.children].map(shownBy).join()) {
      this.#facts.replaceChildren(...facts);
    }
    this.#autostart.checked = !disabled;
    this.#autostartLine.hidden = !managed;
    const { start, stop, restart, settings, logs, details, remove } = this.#buttons;
    this.#show(start, managed && !running, stop);
    this.#show(stop, managed && running, start);
    this.#show(restart, managed && running);
    this.#show(settings, extension.has_settings);
    this.#show(logs, managed);
    this.#show(details, managed);
    remove.textContent = managed ? "Remove…" : "Unregister…";
    // Whoever has just stopped it with the keyboard goes on from there.
    if (this.element.contains(focused) && focused.hidden) (running ? stop : start).focus();
  }

  /** Shows what the registry has that is newer. */
  offer({ newest, new_major: major, error }) {
    const { name, version } = this.#extension;
    const install = (wanted) => () =>
      this.#context.install({ name, version: wanted }, `${name} ${wanted}`);
    this.#update.replaceChildren();
    if (newest && newest !== version) {
      this.#update.append(
        el("span", { text: `Version ${newest} is there.` }),
        button(`Update to ${newest}`, install(newest), { kind: "primary" }),
      );
    }
    if (major) {
      this.#update.append(
        el("span", { text: `${major} is a new major version and may work differently.` }),
        button(`Install ${major}`, install(major)),
      );
    }
    if (error) this.#update.append(el("span", { text: `No update check: ${error}` }));
    this.#update.hidden = this.#update.childElementCount === 0;
  }

  /** Forgets what was offered. */
  clearOffer() {
    this.#update.hidden = true;
  }

  #show(node, visible) {
    node.hidden = !visible;
  }

  #request(method, path, data) {
    return this.#context.api.request(method, `extensions/${this.#extension.name}${path}`, data);
  }

  #restart() {
    const { name } = this.#extension;
    return this.#context.api.request("POST", `outrigger/packages/${name}/restart`);
  }

  /** Does one thing at a time. @returns whether it was done */
  async #act(action) {
    const buttons = Object.values(this.#buttons);
    if (buttons.some(isBusy)) return false;
    const { start, stop, restart, remove } = this.#buttons;
    const concerned = [start, stop, restart, remove];
    for (const node of concerned) setBusy(node, true);
    this.#error.textContent = "";
    try {
      await action();
      return true;
    } catch (error) {
      this.#error.textContent = error.message;
      return false;
    } finally {
      for (const node of concerned) setBusy(node, false);
    }
  }

  async #setDisabled(disabled) {
    const done = await this.#act(() => this.#request("PATCH", "", { disabled }));
    if (!done) this.#autostart.checked = disabled;
  }

  async #remove() {
    const { name, managed } = this.#extension;
    const text = managed
      ? "It is stopped, and its settings and logs are removed with it."
      : "It is taken from the list. Its program goes on running.";
    const yes = managed ? "Remove" : "Unregister";
    if (!await confirm(`${yes} ${name}?`, text, { yes, danger: true })) return;
    if (await this.#act(() => this.#request("DELETE", ""))) say(`${name} was removed.`);
  }
}

function shownBy({ textContent, href }) {
  return JSON.stringify([textContent, href]);
}

function factsOf({ author, engines, managed, has_settings, homepage, disabled }) {
  const facts = [];
  if (author) facts.push(el("span", { text: `by ${author}` }));
  if (engines?.length) facts.push(el("span", { class: "tag", text: engines.join(", ") }));
  if (!managed) {
    facts.push(el("span", { class: "tag", text: "unmanaged: runs by itself" }));
  } else if (disabled) facts.push(el("span", { class: "tag", text: "disabled" }));
  if (has_settings) facts.push(el("span", { class: "tag", text: "has settings" }));
  if (/^https?:\/\//i.test(homepage)) {
    const link = { href: homepage, target: "_blank", rel: "noopener noreferrer", text: "Homepage" };
    facts.push(el("a", link));
  }
  return facts;
}
