/**
 * The files of the management page, made from `page/` by `generate.ts`. Not to be edited.
 *
 * @module
 */

/** Text by name. */
export const PAGE_FILES: ReadonlyMap<string, string> = new Map([
  [
    "api.js",
    `/**
 * The API of the host over one WebSocket, which is made anew when it drops.
 *
 * @module
 */

const EVENTS = [
  "extension_added",
  "extension_removed",
  "extension_installation_started",
  "extension_installation_progress",
  "extension_installation_succeeded",
  "extension_installation_failed",
  "extension_started",
  "extension_stopped",
  "extension_updated",
  "extension_settings_updated",
  "extension_package_updated",
];
const ANSWER_MS = 60_000;
const OPEN_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** A connection that is cut without a word is noticed by this. */
const SIGN_OF_LIFE_MS = 25_000;
/** Another window has taken the session over. */
const TAKEN = 1008;

/** What the host answers when it does not do something. */
export class ApiFailure extends Error {
  constructor(code, { message, field, code: problem } = {}) {
    super(message ?? \`The host answered \${code}\`);
    this.code = code;
    this.field = field;
    this.problem = problem;
  }
}

/** The connection. Its states: connecting, open, lost, taken, ended. */
export class Api {
  state = "connecting";
  #token;
  #on;
  #socket;
  #nextId = 1;
  #pending = new Map();
  #failures = 0;
  #timer;

  /**
   * @param token of the session
   * @param on.state called with the state when it changes
   * @param on.event called with the name, data and id of each event
   */
  constructor(token, on) {
    this.#token = token;
    this.#on = on;
    addEventListener("online", () => this.state === "lost" && this.connect());
  }

  /** For requests beside the socket. */
  get authorization() {
    return \`Bearer \${this.#token}\`;
  }

  /** Connects, also before it would do so by itself. */
  connect() {
    if (this.#socket !== undefined) return;
    clearTimeout(this.#timer);
    this.#enter("connecting");
    const url = new URL("/api/v1/", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = this.#socket = new WebSocket(url);
    this.#timer = setTimeout(() => this.#drop(socket), OPEN_MS);
    socket.addEventListener("open", () => this.#authenticate(socket));
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", ({ code }) => this.#drop(socket, code));
  }

  /**
   * Asks the host for something.
   *
   * @returns the data of its answer
   * @throws {ApiFailure} it says no, or there is no connection (code 0)
   */
  request(method, path, data) {
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        return reject(new ApiFailure(0, { message: "There is no connection to the host" }));
      }
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new ApiFailure(0, { message: "The host did not answer in time" }));
      }, ANSWER_MS);
      this.#pending.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ method, path, data, callback_id: id }));
    });
  }

  async #authenticate(socket) {
    try {
      await this.request("POST", "sessions/socket", { auth_token: this.#token });
      await Promise.all(
        EVENTS.map((event) =>
          this.request("POST", \`extensions/listeners/\${event}\`).catch((error) => {
            // An older host knows fewer events.
            if (error.code !== 404) throw error;
          })
        ),
      );
    } catch (error) {
      const ended = error.code === 400 || error.code === 401;
      if (ended) this.#enter("ended");
      return this.#drop(socket);
    }
    if (socket !== this.#socket) return;
    this.#failures = 0;
    clearTimeout(this.#timer);
    this.#enter("open");
    this.#watch(socket);
  }

  #watch(socket) {
    this.#timer = setTimeout(async () => {
      try {
        await this.request("POST", "sessions/activity");
      } catch (error) {
        if (error.code === 0) this.#drop(socket);
      }
      if (socket === this.#socket) this.#watch(socket);
    }, SIGN_OF_LIFE_MS);
  }

  #receive(text) {
    const frame = JSON.parse(text);
    const waiting = this.#pending.get(frame.callback_id);
    if (waiting === undefined) {
      if (frame.event !== undefined) this.#on.event(frame.event, frame.data, frame.id);
      return;
    }
    this.#pending.delete(frame.callback_id);
    clearTimeout(waiting.timer);
    if (frame.code < 300) waiting.resolve(frame.data);
    else waiting.reject(new ApiFailure(frame.code, frame.error));
  }

  /** The connection is no more. @param code with which the host closed it, if it did */
  #drop(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    clearTimeout(this.#timer);
    socket.close();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new ApiFailure(0, { message: "The connection to the host was lost" }));
    }
    this.#pending.clear();
    if (this.state === "ended") return;
    if (code === TAKEN && this.state === "open") return this.#enter("taken");
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS);
    this.#enter("lost");
    this.#timer = setTimeout(() => this.connect(), pause);
  }

  #enter(state) {
    if (this.state === state) return;
    this.state = state;
    this.#on.state(state);
  }
}
`,
  ],
  [
    "app.js",
    `/**
 * The management page: the session it has, the list, and what becomes of events.
 *
 * @module
 */

import { Api } from "./api.js";
import { Card } from "./card.js";
import { byId, isBusy, setBusy } from "./dom.js";
import { Installations } from "./install.js";
import { complain, say } from "./notices.js";
import { openSettings } from "./settings.js";

const KEPT = "outrigger.session";
/** How often the list is asked for again because it changed while it was on its way. */
const MOST_LOADS = 5;

const token = takeToken();
if (token === null) {
  close("The address that opens this page works once, and there was none or it has been used.");
} else {
  run(token);
}

/** The session: from the page, or from before a reload. */
function takeToken() {
  const state = byId("state");
  const { session } = JSON.parse(state.textContent);
  state.remove();
  // The token in the address is used up; neither history nor a copied address need to have it.
  history.replaceState(null, "", location.pathname);
  if (session !== null) sessionStorage.setItem(KEPT, session);
  return session ?? sessionStorage.getItem(KEPT);
}

/** There is nothing to be had from the host any more. */
function close(text) {
  sessionStorage.removeItem(KEPT);
  byId("content").hidden = true;
  byId("closed").hidden = false;
  byId("closed-text").textContent = text;
  showConnection("ended", "Not connected");
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  byId("closed-title").focus();
}

function showConnection(state, text) {
  byId("connection").dataset.state = state;
  // Only what is new is read out.
  if (byId("connection-text").textContent !== text) byId("connection-text").textContent = text;
  byId("reconnect").hidden = state !== "lost" && state !== "taken";
  byId("reconnect").textContent = state === "taken" ? "Use it here" : "Try now";
}

function run(token) {
  const extensions = new Map();
  const cards = new Map();
  let settings;
  let opened = false;
  let changes = 0;

  const api = new Api(token, { state: entered, event: received });
  const installations = new Installations(api);
  const context = {
    api,
    openSettings(name) {
      settings = openSettings(api, name, () => settings = undefined);
    },
    install: (source, title) => installations.begin(source, title),
  };
  byId("reconnect").addEventListener("click", () => api.connect());
  byId("updates").addEventListener("click", checkUpdates);
  api.connect();

  function entered(state) {
    if (state === "open") void loaded();
    if (state === "lost" || (state === "connecting" && opened)) {
      showConnection("lost", "Connection lost. Trying again…");
    }
    if (state === "taken") showConnection("taken", "This page is open in another window.");
    if (state === "ended") {
      close("The session has ended: the host was started anew, or nobody used it for long.");
    }
  }

  async function loaded() {
    try {
      await load();
    } catch (error) {
      return complain(\`The list cannot be read: \${error.message}\`);
    }
    byId("content").hidden = false;
    showConnection("open", opened ? "Connected again" : "Connected");
    if (opened) installations.reconnected();
    opened = true;
    if (settings !== undefined) {
      settings.available(extensions.get(settings.name)?.has_settings === true);
    }
  }

  async function load() {
    for (let turn = 0; turn < MOST_LOADS; turn++) {
      const before = changes;
      const list = await api.request("GET", "extensions");
      extensions.clear();
      for (const extension of list) extensions.set(extension.name, extension);
      render();
      // What came meanwhile may be newer than what the list says.
      if (before === changes) return;
    }
  }

  function received(event, data, id) {
    const installation = /^extension_installation_(\\w+)$/.exec(event);
    if (installation !== null) return installations.event(installation[1], data);
    changes++;
    switch (event) {
      case "extension_settings_updated":
        if (settings?.name === id) void settings.changed(Object.keys(data));
        return;
      case "extension_removed":
        extensions.delete(data.name);
        break;
      case "extension_added":
        extensions.set(data.name, data);
        break;
      case "extension_package_updated":
        cards.get(id)?.clearOffer();
        update(id, data);
        break;
      default:
        update(id, data);
    }
    render();
  }

  function update(name, data) {
    const former = extensions.get(name);
    if (former === undefined) return;
    extensions.set(name, { ...former, ...data });
    if (settings?.name === name && Object.hasOwn(data, "has_settings")) {
      if (data.has_settings !== former.has_settings) settings.available(data.has_settings);
    }
  }

  function render() {
    const list = byId("list");
    for (const [name, card] of cards) {
      if (extensions.has(name)) continue;
      const focused = card.element.contains(document.activeElement);
      card.element.remove();
      cards.delete(name);
      if (focused) byId("list-title").focus();
    }
    const names = [...extensions.keys()].sort((a, b) => a.localeCompare(b));
    names.forEach((name, at) => {
      const extension = extensions.get(name);
      const card = cards.get(name);
      if (card !== undefined) return card.update(extension);
      const made = new Card(extension, context);
      cards.set(name, made);
      list.insertBefore(made.element, list.children[at] ?? null);
    });
    byId("empty").hidden = names.length > 0;
    byId("count").textContent = names.length > 0 ? String(names.length) : "";
  }

  async function checkUpdates({ currentTarget: button }) {
    if (isBusy(button)) return;
    setBusy(button, true);
    try {
      const found = await api.request("POST", "outrigger/packages/updates", {});
      for (const update of found) cards.get(update.name)?.offer(update);
      const newer = found.filter(({ newest, version }) => newest && newest !== version).length;
      const failed = found.filter(({ error }) => error).length;
      if (failed > 0) complain(\`Updates of \${failed} could not be looked up.\`, { elsewhere: true });
      else if (newer === 0) say("Everything is up to date.");
      else say(newer === 1 ? "There is one update." : \`There are \${newer} updates.\`);
    } catch (error) {
      complain(\`Updates cannot be looked up: \${error.message}\`);
    } finally {
      setBusy(button, false);
    }
  }
}
`,
  ],
  [
    "card.js",
    `/**
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

  /** @param context \`api\`, and \`openSettings(name)\` and \`install(source, title)\` of the page */
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
    const named = (verb) => ({ label: \`\${verb} \${name}\` });
    const post = (verb) => () => this.#act(() => this.#request("POST", \`/\${verb}\`));
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
      this.#context.install({ name, version: wanted }, \`\${name} \${wanted}\`);
    this.#update.replaceChildren();
    if (newest && newest !== version) {
      this.#update.append(
        el("span", { text: \`Version \${newest} is there.\` }),
        button(\`Update to \${newest}\`, install(newest), { kind: "primary" }),
      );
    }
    if (major) {
      this.#update.append(
        el("span", { text: \`\${major} is a new major version and may work differently.\` }),
        button(\`Install \${major}\`, install(major)),
      );
    }
    if (error) this.#update.append(el("span", { text: \`No update check: \${error}\` }));
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
    return this.#context.api.request(method, \`extensions/\${this.#extension.name}\${path}\`, data);
  }

  #restart() {
    const { name } = this.#extension;
    return this.#context.api.request("POST", \`outrigger/packages/\${name}/restart\`);
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
    if (!await confirm(\`\${yes} \${name}?\`, text, { yes, danger: true })) return;
    if (await this.#act(() => this.#request("DELETE", ""))) say(\`\${name} was removed.\`);
  }
}

function shownBy({ textContent, href }) {
  return JSON.stringify([textContent, href]);
}

function factsOf({ author, engines, managed, has_settings, homepage, disabled }) {
  const facts = [];
  if (author) facts.push(el("span", { text: \`by \${author}\` }));
  if (engines?.length) facts.push(el("span", { class: "tag", text: engines.join(", ") }));
  if (!managed) {
    facts.push(el("span", { class: "tag", text: "unmanaged: runs by itself" }));
  } else if (disabled) facts.push(el("span", { class: "tag", text: "disabled" }));
  if (has_settings) facts.push(el("span", { class: "tag", text: "has settings" }));
  if (/^https?:\\/\\//i.test(homepage)) {
    const link = { href: homepage, target: "_blank", rel: "noopener noreferrer", text: "Homepage" };
    facts.push(el("a", link));
  }
  return facts;
}
`,
  ],
  [
    "controls.js",
    `/**
 * What single values are entered with. A control has an \`element\`, \`get\`, \`set\` and \`focus\`; \`own\` tells
 * that it brings the names of its parts itself, so that no label can point at it.
 *
 * @module
 */

import { button, el, freshId } from "./dom.js";

/** Attributes of text inputs by type. */
const INPUTS = new Map([
  ["string", { type: "text" }],
  ["email", { type: "email", autocomplete: "off" }],
  ["url", { type: "url", placeholder: "https://…" }],
  ["hub_url", { type: "text", inputmode: "url", placeholder: "adcs://…", class: "code" }],
  ["file_path", { type: "text", class: "code" }],
  ["existing_file_path", { type: "text", class: "code" }],
  ["directory_path", { type: "text", class: "code" }],
]);

/** What a field says of its type. */
export const TYPE_HINTS = new Map([
  ["file_path", "Path of a file on the machine of the host"],
  ["existing_file_path", "Path of a file that exists on the machine of the host"],
  ["directory_path", "Path of a folder on the machine of the host"],
  ["email", "E-mail address"],
  ["hub_url", "Address of a hub"],
]);

/**
 * Makes the control of a setting, or of one item of a list.
 *
 * @param type that of the value
 * @param attributes for the element that takes the focus
 */
export function makeControl({ type, definition, attributes }) {
  const { options = [], optional = false, min, max } = definition;
  if (options.length > 0 && (type === "string" || type === "number")) {
    return selectControl(options, attributes);
  }
  switch (type) {
    case "boolean":
      return checkboxControl(attributes);
    case "number":
      return numberControl({ min, max, ...attributes });
    case "text":
      return textControl(el("textarea", { rows: 4, ...attributes }));
    case "password":
      return passwordControl(optional, attributes);
    case "hinted_user":
      return userControl(attributes);
    default: {
      const plain = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };
      const own = INPUTS.get(type) ?? INPUTS.get("string");
      return textControl(
        el("input", { ...(type === "string" ? {} : plain), ...own, ...attributes }),
      );
    }
  }
}

function textControl(element) {
  return {
    element,
    get: () => element.value,
    set: (value) => element.value = value ?? "",
    focus: () => element.focus(),
  };
}

function checkboxControl(attributes) {
  const element = el("input", { type: "checkbox", ...attributes });
  return {
    element,
    get: () => element.checked,
    set: (value) => element.checked = value === true,
    focus: () => element.focus(),
  };
}

function numberControl(attributes) {
  const element = el("input", { type: "number", step: 1, inputmode: "numeric", ...attributes });
  return {
    element,
    get: () => element.value === "" ? null : Number(element.value),
    set: (value) => element.value = value ?? "",
    focus: () => element.focus(),
  };
}

function selectControl(options, attributes) {
  const element = el("select", attributes);
  options.forEach(({ name }, at) => element.append(el("option", { value: at, text: name })));
  let other;
  return {
    element,
    get: () => element.value === "" ? other : options[element.value].id,
    set(value) {
      element.querySelector('option[value=""]')?.remove();
      const at = options.findIndex(({ id }) => id === value);
      if (at < 0) {
        // What is there is none of the options; it stays until another one is chosen.
        other = value;
        element.prepend(el("option", { value: "", text: value ? String(value) : "—" }));
      }
      element.value = at < 0 ? "" : String(at);
    },
    focus: () => element.focus(),
  };
}

/** What is set is never shown and, left alone, never sent. */
function passwordControl(optional, attributes) {
  const input = el("input", { type: "password", autocomplete: "new-password", ...attributes });
  let held = "";
  let cleared = false;
  const show = button("Show", () => reveal(input.type === "password"), { label: "Show password" });
  const clear = button("Clear", () => {
    input.value = "";
    cleared = true;
    describe();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  }, { label: "Clear password" });
  const reveal = (visible) => {
    input.type = visible ? "text" : "password";
    show.textContent = visible ? "Hide" : "Show";
    show.setAttribute("aria-label", visible ? "Hide password" : "Show password");
  };
  const describe = () => {
    input.placeholder = cleared ? "Will be cleared" : held === "" ? "Not set" : "Unchanged";
    clear.hidden = !optional || held === "" || cleared;
  };
  return {
    element: el("div", { class: "line" }, input, show, clear),
    get: () => input.value !== "" ? input.value : cleared ? "" : held,
    set(value) {
      held = value ?? "";
      cleared = false;
      input.value = "";
      reveal(false);
      describe();
    },
    focus: () => input.focus(),
  };
}

function userControl({ "aria-label": name, ...attributes }) {
  const parts = [["cid", "Client id"], ["hub_url", "Address of the hub"], ["nicks", "Nick names"]];
  const inputs = new Map();
  const element = el("div", { class: "parts" });
  for (const [key, title] of parts) {
    const id = freshId();
    const input = el("input", {
      ...attributes,
      id,
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": name && \`\${name}: \${title}\`,
    });
    inputs.set(key, input);
    element.append(el("div", {}, el("label", { for: id, text: title }), input));
  }
  return {
    element,
    own: true,
    get() {
      const user = Object.fromEntries([...inputs].map(([key, input]) => [key, input.value]));
      return Object.values(user).every((part) => part === "") ? null : user;
    },
    set(value) {
      for (const [key, input] of inputs) input.value = value?.[key] ?? "";
    },
    focus: () => inputs.get("cid").focus(),
  };
}
`,
  ],
  [
    "dialogs.css",
    `/* Dialogs, and what only they hold. */

dialog {
  display: flex;
  flex-direction: column;
  width: min(46rem, calc(100% - 2rem));
  max-width: none;
  max-height: calc(100dvh - 2rem);
  padding: 0;
  border: 1px solid var(--line);
  border-radius: 12px;
  background: var(--surface);
  color: var(--text);
  box-shadow: 0 10px 40px rgb(0 0 0 / 30%);
}

dialog.small {
  width: min(28rem, calc(100% - 2rem));
}

html:has(dialog[open]) {
  overflow: hidden;
}

dialog.tall {
  height: calc(100dvh - 2rem);
}

dialog::backdrop {
  background: rgb(8 16 14 / 55%);
}

.dialog-head,
.dialog-foot {
  display: flex;
  flex: none;
  align-items: center;
  gap: 0.5rem;
  padding: 0.75rem 1rem;
}

.dialog-head {
  justify-content: space-between;
  border-bottom: 1px solid var(--line);
}

.dialog-foot {
  justify-content: flex-end;
  border-top: 1px solid var(--line);
}

.dialog-body {
  display: flex;
  flex: 1;
  flex-direction: column;
  gap: 0.75rem;
  min-height: 0;
  padding: 1rem;
  overflow: auto;
}

.dialog-messages {
  flex: none;
  padding: 0 1rem;
}

.dialog-messages > p {
  padding: 0.4rem 0;
}

.log {
  flex: 1;
  min-height: 8rem;
  padding: 0.75rem;
  overflow: auto;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--sunken);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}

.details {
  display: grid;
  grid-template-columns: minmax(7rem, auto) minmax(0, 1fr);
  gap: 0.4rem 1rem;
  margin: 0;
}

.details dt {
  color: var(--muted);
}

.details dd {
  margin: 0;
  overflow-wrap: anywhere;
}

@media (max-width: 34rem) {
  dialog {
    width: 100%;
    max-height: 100dvh;
    border-radius: 0;
  }

  dialog.wide {
    height: 100dvh;
  }

  dialog.small {
    width: calc(100% - 1.5rem);
    border-radius: 12px;
  }

  .details {
    grid-template-columns: 1fr;
    gap: 0;
  }

  .details dd {
    margin-bottom: 0.5rem;
  }
}
`,
  ],
  [
    "dom.js",
    `/**
 * Elements. Whatever comes from the host goes into text and attributes, never into markup.
 *
 * @module
 */

let lastId = 0;

/** An id that no other element has. */
export function freshId() {
  return \`id-\${++lastId}\`;
}

/**
 * Makes an element.
 *
 * @param props attributes; functions become listeners, \`text\` the content, and what is undefined,
 * null or false is left out
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

/** A button. @param label what is read out, where its text is a sign only */
export function button(text, click, { label, kind, title } = {}) {
  const pressed = (event) => {
    // Not every browser does so; the focus comes back to it when a dialog closes.
    node.focus();
    click(event);
  };
  const node = el("button", { type: "button", class: kind, "aria-label": label, title }, text);
  node.addEventListener("click", pressed);
  return node;
}

/** An element of the page as it was sent. */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Marks a button as unusable for now. Not by \`disabled\`: whoever has just pressed it would lose the
 * focus. Listeners ask {@linkcode isBusy}.
 */
export function setBusy(node, busy) {
  if (busy) node.setAttribute("aria-disabled", "true");
  else node.removeAttribute("aria-disabled");
}

/** Whether a button is unusable for now. */
export function isBusy(node) {
  return node.getAttribute("aria-disabled") === "true";
}

/** A size for people. */
export function bytes(count) {
  if (count < 1000) return \`\${count} bytes\`;
  const units = ["kB", "MB", "GB"];
  let value = count / 1000;
  while (value >= 1000 && units.length > 1) {
    value /= 1000;
    units.shift();
  }
  return \`\${value < 10 ? value.toFixed(1) : Math.round(value)} \${units[0]}\`;
}

/** A duration for people. */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return \`\${seconds} s\`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return \`\${minutes} min\`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? \`\${hours} h \${minutes % 60} min\` : \`\${Math.floor(hours / 24)} days\`;
}
`,
  ],
  [
    "fields.js",
    `/**
 * Fields of a form, made from definitions (contracts: AirDC++ 8.2, 8.3).
 *
 * @module
 */

import { makeControl, TYPE_HINTS } from "./controls.js";
import { button, el, freshId } from "./dom.js";
import { listControl } from "./lists.js";

const GREATEST = 2147483647;

/**
 * Makes the field of a setting.
 *
 * \`get\` and \`set\` handle its value; \`changed\` tells whether it differs from what was last set;
 * \`complain\` shows what is wrong with it, or nothing.
 */
export function makeField(definition, value) {
  const { key, title, type, help, optional } = definition;
  const id = freshId();
  const helpId = \`\${id}-help\`;
  const errorId = \`\${id}-error\`;
  const attributes = { id, "aria-describedby": \`\${helpId} \${errorId}\`, "data-key": key };
  const control = type === "list"
    ? listControl(definition, makeField)
    : makeControl({ type, definition, attributes });
  const hints = [help, TYPE_HINTS.get(type), rangeOf(definition)].filter(Boolean);
  const mark = optional ? el("span", { class: "hint", text: " optional" }) : undefined;
  const error = el("p", { id: errorId, class: "error-text" });
  const below = [
    el("p", { id: helpId, class: "hint", text: hints.join(". "), hidden: hints.length === 0 }),
    error,
  ];
  const reset = button("Use default", () => {
    control.set(definition.default_value);
    element.dispatchEvent(new Event("input", { bubbles: true }));
    control.focus();
  }, { label: \`Use default for \${title}\`, kind: "plain reset" });
  const named = { class: \`field type-\${type}\`, "data-field": key };
  let element;
  if (control.own) {
    named["aria-describedby"] = attributes["aria-describedby"];
    const legend = el("legend", { text: title }, mark);
    element = el("fieldset", named, legend, control.element, ...below, reset);
  } else {
    const label = el("label", { for: id, text: title }, mark);
    const parts = type === "boolean"
      ? [el("div", { class: "check" }, control.element, label)]
      : [label, control.element];
    element = el("div", named, ...parts, ...below, reset);
  }
  // Compared as the control gives it, which may be in another form than what came.
  control.set(definition.default_value);
  const standard = JSON.stringify(control.get());
  control.set(value);
  let before = JSON.stringify(control.get());
  const look = () => {
    reset.hidden = type === "password" || JSON.stringify(control.get()) === standard;
  };
  element.addEventListener("input", look);
  look();
  return {
    key,
    element,
    get: control.get,
    focus: control.focus,
    changed: () => JSON.stringify(control.get()) !== before,
    set(next) {
      control.set(next);
      before = JSON.stringify(control.get());
      look();
    },
    complain(text) {
      error.textContent = text;
      element.classList.toggle("wrong", text !== "");
      const input = element.querySelector("input, textarea, select");
      if (text === "") input?.removeAttribute("aria-invalid");
      else input?.setAttribute("aria-invalid", "true");
    },
  };
}

function rangeOf({ type, min, max = GREATEST, options = [] }) {
  if (type !== "number" || options.length > 0) return undefined;
  return max === GREATEST ? \`At least \${min ?? 0}\` : \`From \${min ?? 0} to \${max}\`;
}
`,
  ],
  [
    "forms.css",
    `/* Buttons and fields, and the forms of settings. */

label,
legend {
  font-weight: 600;
  font-size: 0.925rem;
  overflow-wrap: anywhere;
}

button,
input,
select,
textarea {
  font: inherit;
  color: inherit;
}

input:not([type="checkbox"]),
select,
textarea {
  width: 100%;
  min-width: 0;
  min-height: 2.5rem;
  padding: 0.4rem 0.6rem;
  border: 1px solid var(--edge);
  border-radius: 6px;
  background: var(--ground);
}

input[type="file"] {
  padding: 0.3rem;
  border-style: dashed;
}

::file-selector-button {
  margin-right: 0.6rem;
  padding: 0.2rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: 5px;
  background: var(--surface);
  color: inherit;
  font: inherit;
}

textarea {
  resize: vertical;
}

input[type="number"] {
  max-width: 12rem;
}

.code {
  font-family: ui-monospace, monospace;
  font-size: 0.9rem;
}

input[type="checkbox"] {
  flex: none;
  width: 1.15rem;
  height: 1.15rem;
  margin: 0;
  accent-color: var(--accent);
}

[role="switch"] {
  appearance: none;
  position: relative;
  width: 2.1rem !important;
  border: 1px solid var(--edge);
  border-radius: 1rem;
  background: var(--sunken);
}

[role="switch"]::before {
  content: "";
  position: absolute;
  inset: 2px auto 2px 2px;
  aspect-ratio: 1;
  border-radius: 50%;
  background: var(--edge);
  transition: translate 0.12s;
}

[role="switch"]:checked {
  border-color: var(--accent);
  background: var(--accent);
}

[role="switch"]:checked::before {
  background: var(--accent-text);
  translate: 0.95rem 0;
}

button {
  min-height: 2.25rem;
  padding: 0.25rem 0.85rem;
  border: 1px solid var(--edge);
  border-radius: 6px;
  background: var(--surface);
  cursor: pointer;
  white-space: nowrap;
}

button:hover {
  background: var(--sunken);
}

button.primary,
form[id] button[type="submit"] {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--accent-text);
}

button.primary:hover,
form[id] button[type="submit"]:hover {
  filter: brightness(1.12);
}

button.danger {
  border-color: color-mix(in srgb, var(--bad) 55%, transparent);
  color: var(--bad);
}

button.plain {
  border-color: transparent;
  background: none;
  color: var(--muted);
}

button[aria-disabled="true"] {
  opacity: 0.5;
  cursor: default;
  filter: none;
}

.line {
  display: flex;
  gap: 0.5rem;
}

.line > button {
  flex: none;
  min-height: 2.5rem;
}

.wrap {
  flex-wrap: wrap;
  align-items: center;
}

.wrap select {
  width: auto;
}

.check {
  display: flex;
  align-items: center;
  gap: 0.5rem;
}

.check label {
  font-weight: normal;
}

/* Settings */

.fields {
  display: grid;
  gap: 1.1rem;
}

fieldset {
  min-width: 0;
  margin: 0;
  padding: 0.75rem;
  border: 1px solid var(--line);
  border-radius: 8px;
}

.field {
  display: grid;
  justify-items: start;
  gap: 0.25rem;
}

.field > :not(button) {
  width: 100%;
}

.field.wrong {
  padding-left: 0.75rem;
  border-left: 3px solid var(--bad);
}

.field.wrong [aria-invalid] {
  border-color: var(--bad);
}

.reset {
  min-height: 0;
  padding: 0.1rem 0;
  color: var(--accent) !important;
  font-size: 0.85rem;
}

.parts,
.choices,
.rows {
  display: grid;
  gap: 0.5rem;
  margin-bottom: 0.5rem;
}

.parts label {
  font-weight: normal;
}

.rows > li {
  display: flex;
  align-items: start;
  gap: 0.5rem;
}

.rows > li > fieldset {
  flex: 1;
  position: relative;
}

.structs fieldset > .tools {
  position: absolute;
  top: -0.4rem;
  right: 0.4rem;
}

.tools {
  display: flex;
  flex: none;
  gap: 0.25rem;
}

.tools button {
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
}

.structs .tools button {
  min-height: 2rem;
}

.grow {
  flex: 1;
  min-width: 0;
}
`,
  ],
  [
    "index.html",
    `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Extensions</title>
    <link
      rel="icon"
      href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 9h14l-2 4H3zM8 1v7H3z' fill='%232f7a78'/%3E%3C/svg%3E"
    >
    <link rel="stylesheet" href="/__outrigger/style.css" nonce="NONCE">
    <link rel="stylesheet" href="/__outrigger/list.css" nonce="NONCE">
    <link rel="stylesheet" href="/__outrigger/forms.css" nonce="NONCE">
    <link rel="stylesheet" href="/__outrigger/dialogs.css" nonce="NONCE">
    <script type="application/json" id="state" nonce="NONCE">
    "STATE"
    </script>
    <script type="module" src="/__outrigger/app.js" nonce="NONCE"></script>
  </head>
  <body>
    <a class="skip" href="#list-title">Skip to the list</a>
    <header class="top">
      <h1>Extensions</h1>
      <p id="connection" class="connection" role="status" data-state="connecting">
        <span class="dot" aria-hidden="true"></span>
        <span id="connection-text">Connecting…</span>
        <button type="button" id="reconnect" hidden>Try now</button>
      </p>
    </header>
    <main>
      <noscript><p class="notice error">This page needs JavaScript.</p></noscript>
      <section id="closed" class="panel" aria-labelledby="closed-title" hidden>
        <h2 id="closed-title" tabindex="-1">This page needs a new address</h2>
        <p id="closed-text"></p>
        <p>For a new one, run this where the host runs, and open what it prints:</p>
        <pre><code>outrigger ext manage</code></pre>
      </section>
      <div id="content" hidden>
        <section class="panel" aria-labelledby="install-title">
          <h2 id="install-title">Install</h2>
          <div class="ways">
            <form id="install-file">
              <label for="file">Package file <span class="hint">.tgz</span></label>
              <div class="line">
                <input id="file" type="file" accept=".tgz,.gz,application/gzip">
                <button type="submit">Install file</button>
              </div>
              <p id="file-error" class="error-text" role="alert"></p>
            </form>
            <form id="install-name">
              <label for="source">Name or address</label>
              <div class="line">
                <input
                  id="source"
                  type="text"
                  placeholder="airdcpp-… or https://…"
                  autocomplete="off"
                  autocapitalize="none"
                  spellcheck="false"
                >
                <button type="submit">Install</button>
              </div>
              <p id="source-error" class="error-text" role="alert"></p>
            </form>
          </div>
          <ul id="jobs" class="jobs" aria-label="Installations"></ul>
        </section>
        <section aria-labelledby="list-title">
          <div class="list-head">
            <h2 id="list-title" tabindex="-1">Installed <span id="count" class="hint"></span></h2>
            <button type="button" id="updates">Check for updates</button>
          </div>
          <p id="empty" class="empty" hidden>No extensions are installed yet.</p>
          <ul id="list" class="list" aria-labelledby="list-title"></ul>
        </section>
      </div>
    </main>
    <div id="notices" class="notices"></div>
    <div id="said" class="unseen" role="status"></div>
    <div id="alarm" class="unseen" role="alert"></div>
  </body>
</html>
`,
  ],
  [
    "install.js",
    `/**
 * Installing: the forms, and how far each installation is.
 *
 * @module
 */

import { button, byId, bytes, el } from "./dom.js";
import { complain, say } from "./notices.js";

const ENDED = ["Done", "Failed", "Cancelled", "Unknown"];

/** The installations that were begun here, or that the host tells of. */
export class Installations {
  #api;
  /** By install_id. */
  #jobs = new Map();

  constructor(api) {
    this.#api = api;
    byId("install-file").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#file(byId("file"), byId("file-error"));
    });
    byId("install-name").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#source(byId("source"), byId("source-error"));
    });
  }

  /** Installs from the registry or an address. */
  async begin(source, title) {
    const job = this.#add(title);
    await this.#ask(job, source);
  }

  /** Takes an event \`extension_installation_*\`. */
  event(kind, { install_id: id, received, total, error, message }) {
    let job = this.#jobs.get(id);
    if (kind === "started") job ??= this.#add(id);
    if (job === undefined) return;
    if (kind === "started") job.show("Installing…");
    if (kind === "progress") {
      const of = total === null ? "" : \` of \${bytes(total)}\`;
      job.show(
        \`Downloading: \${bytes(received)}\${of}\`,
        total === null ? undefined : received / total,
      );
    }
    if (kind === "succeeded") {
      job.end("Done", "Installed");
      say(\`\${job.title} is installed.\`);
    }
    if (kind === "failed") this.#failed(job, error ?? message);
  }

  /** The connection was lost and is there again: nobody knows what has happened meanwhile. */
  reconnected() {
    for (const job of this.#jobs.values()) {
      if (job.asked) job.end("Unknown", "The connection was lost meanwhile; see the list");
    }
  }

  #file(input, problem) {
    problem.textContent = "";
    const [file] = input.files;
    if (file === undefined) {
      problem.textContent = "Choose a file first.";
      return input.focus();
    }
    input.value = "";
    const job = this.#add(file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/temp");
    request.setRequestHeader("authorization", this.#api.authorization);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      job.show(\`Sending: \${bytes(loaded)} of \${bytes(total)}\`, total > 0 ? loaded / total : 0);
    });
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status !== 201) {
        return this.#failed(job, response?.message ?? \`the host answered \${status}\`);
      }
      job.show("Installing…");
      void this.#ask(job, { upload: request.getResponseHeader("location") });
    });
    request.addEventListener("error", () => this.#failed(job, "the transfer broke off"));
    request.addEventListener("abort", () => job.end("Cancelled", "Cancelled"));
    job.cancel = () => request.abort();
    job.show(\`Sending: 0 of \${bytes(file.size)}\`, 0);
    request.send(file);
  }

  async #source(input, problem) {
    problem.textContent = "";
    const text = input.value.trim();
    if (text === "") {
      problem.textContent = "Enter a name or an address first.";
      return input.focus();
    }
    const isUrl = /^https?:\\/\\//i.test(text);
    // Names of packages hold no @ but in front; behind a later one stands the version.
    const at = text.indexOf("@", 1);
    const named = at < 0
      ? { name: text }
      : { name: text.slice(0, at), version: text.slice(at + 1) };
    input.value = "";
    await this.begin(isUrl ? { url: text } : named, text);
  }

  async #ask(job, source) {
    job.cancel = undefined;
    job.asked = true;
    job.show("Installing…");
    try {
      await this.#api.request("POST", "outrigger/packages/install", {
        ...source,
        install_id: job.id,
      });
    } catch (error) {
      // Code 0: the connection was lost, and with it the answer.
      if (error.code !== 0 || this.#api.state === "open") this.#failed(job, error.message);
    }
  }

  #failed(job, reason) {
    if (job.ended) return;
    job.end("Failed", \`Failed: \${reason}\`);
    complain(\`\${job.title} could not be installed: \${reason}\`, { elsewhere: true });
  }

  #add(title) {
    let id = title;
    for (let n = 2; this.#jobs.has(id) && !this.#jobs.get(id).ended; n++) id = \`\${title} (\${n})\`;
    this.#jobs.get(id)?.remove();
    const job = new Job(id, title, () => this.#jobs.delete(id));
    this.#jobs.set(id, job);
    byId("jobs").prepend(job.element);
    return job;
  }
}

class Job {
  element;
  ended = false;
  /** Whether the host has been asked to install it. */
  asked = false;
  /** Gives it up, while that is possible. */
  cancel;
  #bar;
  #text = el("span", { class: "hint" });
  #button;
  #removed;

  constructor(id, title, removed) {
    this.id = id;
    this.title = title;
    this.#removed = removed;
    this.#bar = el("progress", { max: "1", "aria-label": \`Installation of \${title}\` });
    this.#button = button("Cancel", () => this.ended ? this.remove() : this.cancel?.(), {
      label: \`Cancel installation of \${title}\`,
    });
    this.element = el(
      "li",
      { "data-job": id, "data-state": "Running" },
      el("span", { class: "job-title", text: title }),
      this.#bar,
      this.#text,
      this.#button,
    );
  }

  /** @param part from 0 to 1; unknown when absent */
  show(text, part) {
    if (this.ended) return;
    this.#text.textContent = text;
    if (part === undefined) this.#bar.removeAttribute("value");
    else this.#bar.value = part;
    this.#button.hidden = this.cancel === undefined;
  }

  end(state, text) {
    if (this.ended) return;
    this.ended = true;
    this.asked = false;
    this.element.dataset.state = ENDED.includes(state) ? state : "Failed";
    this.#text.textContent = text;
    this.#bar.hidden = true;
    this.#button.hidden = false;
    this.#button.textContent = "×";
    this.#button.setAttribute("aria-label", \`Dismiss installation of \${this.title}\`);
    this.#button.classList.add("plain");
  }

  remove() {
    this.element.remove();
    this.#removed();
  }
}
`,
  ],
  [
    "list.css",
    `/* The list of extensions, and that of installations. */

/* Installations */

.jobs:not(:empty) {
  margin-top: 1rem;
}

.jobs li {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  align-items: center;
  gap: 0.25rem 0.75rem;
  padding: 0.6rem 0;
  border-top: 1px solid var(--line);
}

.job-title {
  font-weight: 600;
  overflow-wrap: anywhere;
}

.jobs progress {
  grid-row: 2;
  grid-column: 1 / -1;
  width: 100%;
  height: 0.5rem;
  accent-color: var(--accent);
}

.jobs .hint {
  grid-row: 3;
  grid-column: 1 / -1;
  overflow-wrap: anywhere;
}

[data-state="Failed"] > .hint {
  color: var(--bad);
}

[data-state="Done"] > .hint {
  color: var(--good);
}

/* List */

.list-head {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem;
  margin-bottom: 0.75rem;
}

.list {
  display: grid;
  gap: 0.75rem;
}

.empty {
  padding: 2rem 1rem;
  border: 1px dashed var(--line);
  border-radius: 10px;
  color: var(--muted);
  text-align: center;
}

.card {
  display: grid;
  gap: 0.4rem;
}

.card-head {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0 0.6rem;
}

.version {
  color: var(--muted);
  font-size: 0.9rem;
}

.state {
  margin-left: auto;
  padding: 0.05rem 0.65rem;
  border-radius: 1rem;
  background: var(--sunken);
  color: var(--muted);
  font-size: 0.85rem;
  font-weight: 600;
}

.state[data-state="running"],
.state[data-state="connected"] {
  background: var(--good-ground);
  color: var(--good);
}

.facts {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.25rem 0.75rem;
  color: var(--muted);
  font-size: 0.875rem;
}

.tag {
  padding: 0 0.5rem;
  border: 1px solid var(--line);
  border-radius: 4px;
}

.update {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.35rem 0.75rem;
  padding: 0.5rem 0.75rem;
  border-radius: 6px;
  background: var(--warn-ground);
  font-size: 0.9rem;
}

.card-foot {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.6rem 1rem;
  margin-top: 0.4rem;
}

.actions {
  display: flex;
  flex-wrap: wrap;
  margin-left: auto;
  gap: 0.4rem;
}

@media (max-width: 34rem) {
  .actions > button {
    flex: 1 1 auto;
  }
}
`,
  ],
  [
    "lists.js",
    `/**
 * Lists of values: rows that can be added, moved and removed, or options that can be ticked.
 *
 * @module
 */

import { makeControl } from "./controls.js";
import { button, el, freshId } from "./dom.js";

/**
 * Makes the control of a setting of type list.
 *
 * @param makeField makes the fields of the items of a list of structs
 */
export function listControl(definition, makeField) {
  const { item_type, options = [] } = definition;
  if (item_type === "string" && options.length > 0) return choicesControl(options);
  return rowsControl(definition, makeField);
}

function choicesControl(options) {
  const element = el("div", { class: "choices" });
  const boxes = options.map(({ name }) => {
    const id = freshId();
    const box = el("input", { type: "checkbox", id });
    element.append(el("div", { class: "check" }, box, el("label", { for: id, text: name })));
    return box;
  });
  return {
    element,
    own: true,
    get: () => options.filter((_, at) => boxes[at].checked).map(({ id }) => id),
    set(value) {
      options.forEach(({ id }, at) => boxes[at].checked = (value ?? []).includes(id));
    },
    focus: () => boxes[0].focus(),
  };
}

function rowsControl(definition, makeField) {
  const { title, item_type } = definition;
  const isStruct = item_type === "struct";
  const list = el("ul", { class: isStruct ? "rows structs" : "rows" });
  const add = button("Add", () => {
    const row = append(undefined);
    changed();
    row.focus();
  }, { label: \`Add to \${title}\` });
  let rows = [];

  const changed = () => {
    rows.forEach((row, at) => row.number(at + 1, rows.length));
    list.hidden = rows.length === 0;
    list.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const append = (value) => {
    const row = isStruct ? structRow(definition, makeField, value) : scalarRow(definition, value);
    const up = button("↑", () => {
      const at = rows.indexOf(row);
      rows.splice(at - 1, 2, row, rows[at - 1]);
      row.element.previousSibling.before(row.element);
      changed();
      (up.hidden ? row : up).focus();
    });
    const remove = button("×", () => {
      const at = rows.indexOf(row);
      rows.splice(at, 1);
      row.element.remove();
      changed();
      (rows[at] ?? rows[at - 1] ?? add).focus();
    });
    const { number } = row;
    row.number = (at, count) => {
      number(at);
      up.hidden = at === 1 || count === 1;
      up.setAttribute("aria-label", \`Move entry \${at} of \${title} up\`);
      remove.setAttribute("aria-label", \`Remove entry \${at} of \${title}\`);
    };
    row.tools.append(up, remove);
    rows.push(row);
    list.append(row.element);
    return row;
  };
  return {
    element: el("div", {}, list, add),
    own: true,
    // An empty row is one that nobody has filled.
    get: () => rows.map((row) => row.get()).filter((value) => value !== "" && value !== null),
    set(value) {
      rows = [];
      list.replaceChildren();
      for (const item of value ?? []) append(item);
      changed();
    },
    focus: () => (rows[0] ?? add).focus(),
  };
}

function scalarRow(definition, value) {
  const { title, item_type } = definition;
  const control = makeControl({
    type: item_type,
    definition: { ...definition, optional: false },
    attributes: { "aria-label": title },
  });
  control.set(value);
  const tools = el("div", { class: "tools" });
  return {
    element: el("li", {}, el("div", { class: "grow" }, control.element), tools),
    tools,
    get: control.get,
    focus: control.focus,
    number(at) {
      const named = control.own ? [] : [control.element, ...control.element.children];
      named.find((node) => /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName))
        ?.setAttribute("aria-label", \`\${title}, entry \${at}\`);
    },
  };
}

function structRow({ definitions }, makeField, value) {
  const fields = definitions.map((property) => {
    const given = value !== undefined && Object.hasOwn(value, property.key);
    return makeField(property, given ? value[property.key] : property.default_value);
  });
  const legend = el("legend");
  const tools = el("div", { class: "tools" });
  const body = el("div", { class: "fields" }, ...fields.map(({ element }) => element));
  return {
    element: el("li", {}, el("fieldset", {}, legend, tools, body)),
    tools,
    get: () => Object.fromEntries(fields.map(({ key, get }) => [key, get()])),
    focus: () => fields[0]?.focus(),
    number: (at) => legend.textContent = \`Entry \${at}\`,
  };
}
`,
  ],
  [
    "notices.js",
    `/**
 * Messages, and dialogs.
 *
 * @module
 */

import { button, byId, el, freshId } from "./dom.js";

const SHOWN_MS = 6000;
const LONG_SHOWN_MS = 12_000;
const MOST = 4;

/** Says that something went as it should; goes by itself. */
export function say(text) {
  byId("said").textContent = text;
  show(text, { kind: "good", forMs: SHOWN_MS });
}

/**
 * Says that something went wrong; stays until it is dismissed.
 *
 * @param options.elsewhere whether it stands elsewhere too, so that this goes by itself
 */
export function complain(text, { elsewhere = false } = {}) {
  byId("alarm").textContent = text;
  show(text, { kind: "error", forMs: elsewhere ? LONG_SHOWN_MS : undefined });
}

function show(text, { kind, forMs }) {
  const notices = byId("notices");
  const notice = el("div", { class: \`notice \${kind}\` }, el("p", { text }));
  notice.append(button("×", () => notice.remove(), { label: "Dismiss message", kind: "plain" }));
  notices.append(notice);
  while (notices.children.length > MOST) notices.firstChild.remove();
  if (forMs !== undefined) setTimeout(() => notice.remove(), forMs);
}

/**
 * Opens a dialog. The rest of the page rests meanwhile, its messages too, hence \`say\` and \`complain\`
 * of its own.
 *
 * @param options.mayClose asked before the user closes it; default it may
 * @param options.closed called when it has closed
 */
export function openDialog(title, { mayClose = () => true, closed = () => {}, kind = "" } = {}) {
  const titleId = freshId();
  const good = el("p", { class: "said", role: "status" });
  const bad = el("p", { class: "error-text", role: "alert" });
  const body = el("div", { class: "dialog-body" });
  const foot = el("div", { class: "dialog-foot" });
  const leave = async () => await mayClose() && node.close();
  const node = el(
    "dialog",
    { "aria-labelledby": titleId, class: kind },
    el(
      "div",
      { class: "dialog-head" },
      el("h2", { id: titleId, text: title }),
      button("×", leave, { label: "Close", kind: "plain" }),
    ),
    body,
    el("div", { class: "dialog-messages" }, good, bad),
    foot,
  );
  const asked = (event) => {
    event.preventDefault();
    void leave();
  };
  node.addEventListener("cancel", asked);
  // By itself a browser closes it at the second Escape, whatever is answered.
  node.addEventListener("keydown", (event) => event.key === "Escape" && asked(event));
  node.addEventListener("close", () => {
    node.remove();
    closed();
  });
  document.body.append(node);
  node.showModal();
  const set = (text, error) => {
    good.textContent = error ? "" : text;
    bad.textContent = error ? text : "";
  };
  return {
    node,
    body,
    foot,
    say: (text) => set(text, false),
    complain: (text) => set(text, true),
    leave,
    close: () => node.close(),
  };
}

/** Asks a question. @returns whether the answer is yes */
export function confirm(title, text, { yes, no = "Cancel", danger = false }) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = openDialog(title, { closed: () => resolve(answer), kind: "small" });
    dialog.body.append(el("p", { text }));
    const cancel = button(no, dialog.close);
    dialog.foot.append(
      cancel,
      button(yes, () => {
        answer = true;
        dialog.close();
      }, { kind: danger ? "danger" : "primary" }),
    );
    cancel.focus();
  });
}
`,
  ],
  [
    "settings.js",
    `/**
 * The settings of an extension, in a form made from their definitions.
 *
 * @module
 */

import { button, el, freshId, isBusy, setBusy } from "./dom.js";
import { makeField } from "./fields.js";
import { confirm, openDialog } from "./notices.js";

/** Opens the dialog. @returns what is to be told of events: \`changed(keys)\` and \`available(is)\` */
export function openSettings(api, name, closed) {
  const path = \`extensions/\${name}/settings\`;
  let fields = [];
  let defined = "";
  const dialog = openDialog(\`Settings of \${name}\`, { mayClose, closed, kind: "wide" });
  const form = el("form", { id: freshId(), class: "fields", novalidate: true, submit });
  const save = el("button", { type: "submit", form: form.id, class: "primary", text: "Save" });
  dialog.body.append(form);
  dialog.foot.append(button("Close", dialog.leave), save);
  form.addEventListener("input", () => {
    dialog.say("");
    look();
  });
  void load();

  const changes = () => fields.filter((field) => field.changed());

  function look() {
    setBusy(save, changes().length === 0);
  }

  async function mayClose() {
    if (changes().length === 0) return true;
    const text = "What you have changed is not saved.";
    return await confirm("Discard changes?", text, { yes: "Discard", no: "Keep editing" });
  }

  async function load() {
    try {
      const [definitions, values] = await Promise.all([
        api.request("GET", \`\${path}/definitions\`),
        api.request("GET", path),
      ]);
      const text = JSON.stringify(definitions);
      if (text !== defined) {
        defined = text;
        fields = definitions.map((one) => makeField(one, valueOf(values, one)));
        form.replaceChildren(...fields.map(({ element }) => element));
      }
      dialog.say(fields.length === 0 ? "There are no settings." : "");
      look();
    } catch (error) {
      dialog.complain(error.message);
    }
  }

  async function submit(event) {
    event.preventDefault();
    if (isBusy(save)) return;
    const sent = changes().map((field) => ({ field, value: field.get() }));
    for (const field of fields) field.complain("");
    setBusy(save, true);
    dialog.say("Saving…");
    try {
      const patch = Object.fromEntries(sent.map(({ field, value }) => [field.key, value]));
      await api.request("PATCH", path, patch);
      const values = await api.request("GET", path);
      for (const { field, value } of sent) {
        const edited = JSON.stringify(field.get()) !== JSON.stringify(value);
        if (!edited && Object.hasOwn(values, field.key)) field.set(values[field.key]);
      }
      dialog.say("Saved.");
    } catch (error) {
      refused(error, sent);
    }
    look();
  }

  /** Shows an error where it belongs: at the setting, or the one that has the property it names. */
  function refused({ message, field: key }, sent) {
    const own = sent.find(({ field }) => field.key === key);
    const found = own ?? sent.find(({ field }) => hasProperty(field.key, key));
    if (found === undefined) return dialog.complain(message);
    dialog.complain("Not saved: see the marked setting.");
    found.field.complain(message);
    found.field.focus();
  }

  function hasProperty(key, property) {
    const definition = JSON.parse(defined).find((one) => one.key === key);
    return definition?.definitions?.some((one) => one.key === property) ?? false;
  }

  return {
    name,
    /** Somebody has changed settings; what is being edited here stays. */
    async changed(keys) {
      const concerned = fields.filter((field) => keys.includes(field.key));
      if (concerned.every((field) => field.changed())) return;
      const values = await api.request("GET", path).catch(() => ({}));
      for (const field of concerned) {
        if (Object.hasOwn(values, field.key) && !field.changed()) field.set(values[field.key]);
      }
      look();
    },
    /** The extension has defined its settings, or has stopped and has none. */
    available(is) {
      if (is) return void load();
      dialog.complain("The extension has stopped. Its settings are there while it runs.");
      setBusy(save, true);
    },
  };
}

function valueOf(values, { key, default_value }) {
  return Object.hasOwn(values, key) ? values[key] : default_value;
}
`,
  ],
  [
    "style.css",
    `/* The page: colours, panels, messages. */

:root {
  color-scheme: light dark;
  --ground: #f4f5f4;
  --surface: #ffffff;
  --sunken: #eceeed;
  --line: #d3d8d6;
  --edge: #868f8c;
  --text: #1c2422;
  --muted: #57625f;
  --accent: #1f6a68;
  --accent-text: #ffffff;
  --good: #1e7038;
  --good-ground: #e0f2e5;
  --bad: #b3261e;
  --bad-ground: #fbe9e7;
  --warn: #7d5300;
  --warn-ground: #fcf0d6;
  --shadow: 0 1px 2px rgb(20 40 35 / 8%), 0 2px 8px rgb(20 40 35 / 5%);
  scrollbar-gutter: stable;
  font: 16px/1.5 system-ui, sans-serif;
}

@media (prefers-color-scheme: dark) {
  :root {
    --ground: #151918;
    --surface: #1e2422;
    --sunken: #171c1a;
    --line: #343d3a;
    --edge: #76827e;
    --text: #e4e9e7;
    --muted: #9eaaa6;
    --accent: #6fc3be;
    --accent-text: #0c2221;
    --good: #84d69c;
    --good-ground: #1b3324;
    --bad: #ff9d94;
    --bad-ground: #3b2120;
    --warn: #f0c46a;
    --warn-ground: #372c14;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%);
  }
}

* {
  box-sizing: border-box;
}

[hidden] {
  display: none !important;
}

body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
}

h1,
h2,
h3,
p {
  margin: 0;
  overflow-wrap: anywhere;
}

h1 {
  font-size: 1.35rem;
}

h2 {
  font-size: 1.1rem;
}

h3 {
  font-size: 1rem;
}

ul {
  margin: 0;
  padding: 0;
  list-style: none;
}

:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}

h2:focus-visible,
h3:focus-visible {
  outline: none;
}

a {
  color: var(--accent);
}

pre {
  margin: 0;
  font: 0.85rem/1.45 ui-monospace, monospace;
}

.unseen,
.skip:not(:focus) {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.skip:focus {
  position: absolute;
  z-index: 2;
  padding: 0.5rem 1rem;
  background: var(--surface);
}

.top,
main {
  max-width: 60rem;
  margin: 0 auto;
  padding: 1rem;
}

.top {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem 1rem;
  padding-top: 1.25rem;
  padding-bottom: 0;
}

.connection {
  display: flex;
  align-items: center;
  gap: 0.5rem;
  min-height: 2.25rem;
  color: var(--muted);
  font-size: 0.9rem;
}

.dot {
  flex: none;
  width: 0.6rem;
  height: 0.6rem;
  border-radius: 50%;
  background: var(--muted);
}

[data-state="open"] > .dot {
  background: var(--good);
}

[data-state="lost"],
[data-state="taken"] {
  color: var(--warn);
}

[data-state="lost"] > .dot,
[data-state="taken"] > .dot {
  background: var(--warn);
}

[data-state="ended"] > .dot {
  background: var(--bad);
}

#content {
  display: grid;
  gap: 1.5rem;
}

.panel,
.card {
  padding: 1rem;
  border: 1px solid var(--line);
  border-radius: 10px;
  background: var(--surface);
  box-shadow: var(--shadow);
}

#closed {
  display: grid;
  gap: 0.75rem;
}

#closed pre {
  padding: 0.6rem 0.8rem;
  border-radius: 6px;
  background: var(--sunken);
}

.ways {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr));
  gap: 0.75rem 1.5rem;
  margin-top: 0.75rem;
}

.hint {
  color: var(--muted);
  font-size: 0.875rem;
  font-weight: normal;
}

.error-text {
  color: var(--bad);
  font-size: 0.9rem;
}

.error-text:empty,
.said:empty,
.facts:empty,
.description:empty {
  display: none;
}

.said {
  color: var(--good);
  font-size: 0.9rem;
}

/* Messages */

.notices {
  position: fixed;
  right: 1rem;
  bottom: 1rem;
  display: grid;
  gap: 0.5rem;
  width: min(26rem, calc(100% - 2rem));
}

.notice {
  display: flex;
  align-items: start;
  justify-content: space-between;
  gap: 0.5rem;
  padding: 0.5rem 0.5rem 0.5rem 1rem;
  border: 1px solid currentcolor;
  border-radius: 8px;
  background: var(--good-ground);
  color: var(--good);
  box-shadow: var(--shadow);
}

.notice > p {
  padding: 0.35rem 0;
}

.notice.error {
  background: var(--bad-ground);
  color: var(--bad);
}

.notice button {
  color: inherit;
}

@media (max-width: 34rem) {
  .top,
  main {
    padding-right: 0.75rem;
    padding-left: 0.75rem;
  }
}

@media (prefers-reduced-motion: reduce) {
  * {
    transition: none !important;
  }
}
`,
  ],
  [
    "views.js",
    `/**
 * Dialogs that show how an extension does: its logs, and what is known of it.
 *
 * @module
 */

import { button, bytes, duration, el, freshId } from "./dom.js";
import { openDialog } from "./notices.js";

const FOLLOW_MS = 2000;
/** What is shown first. */
const USUAL = "output.log";
/** From the end, in pixels, up to which somebody who reads is taken to read the newest. */
const AT_END = 40;

/** Opens the logs of an extension. */
export async function openLogs(api, name) {
  const controller = new AbortController();
  const dialog = openDialog(\`Logs of \${name}\`, {
    kind: "wide tall",
    closed: () => controller.abort(),
  });
  const selectId = freshId();
  const followId = freshId();
  const select = el("select", { id: selectId, change: () => read(true) });
  const follow = el("input", { type: "checkbox", id: followId, change: () => tick() });
  const text = el("pre", { class: "log", tabindex: "0", "aria-label": "Log" });
  const size = el("p", { class: "hint" });
  dialog.body.append(
    el(
      "div",
      { class: "line wrap" },
      el("label", { for: selectId, text: "File" }),
      select,
      button("Refresh", () => read(true)),
      el("div", { class: "check" }, follow, el("label", { for: followId, text: "Follow" })),
    ),
    text,
    size,
  );
  dialog.foot.append(button("Close", dialog.leave));
  let timer;
  let reading = 0;
  controller.signal.addEventListener("abort", () => clearTimeout(timer));

  async function read(asked) {
    const file = select.value;
    if (file === "") return;
    const turn = ++reading;
    try {
      const log = await api.request("GET", \`outrigger/packages/\${name}/logs/\${file}\`);
      if (turn !== reading) return;
      const atEnd = text.scrollHeight - text.scrollTop - text.clientHeight < AT_END;
      const other = text.dataset.file !== file;
      if (text.textContent !== log.text) text.textContent = log.text;
      text.dataset.file = file;
      if (atEnd || other) text.scrollTop = text.scrollHeight;
      size.textContent = log.text === "" ? "The file is empty." : bytes(log.size);
      dialog.say(asked ? \`\${file} is up to date.\` : "");
    } catch (error) {
      if (turn === reading) dialog.complain(error.message);
    }
  }

  async function tick() {
    clearTimeout(timer);
    if (!follow.checked || controller.signal.aborted) return;
    if (!document.hidden) await read(false);
    clearTimeout(timer);
    timer = setTimeout(tick, FOLLOW_MS);
  }

  try {
    const { logs } = await api.request("GET", \`extensions/\${name}\`);
    for (const log of logs) select.append(el("option", { value: log.name, text: log.name }));
    if (logs.some((log) => log.name === USUAL)) select.value = USUAL;
    if (logs.length === 0) dialog.say("There are no logs yet.");
    await read(false);
  } catch (error) {
    dialog.complain(error.message);
  }
}

/** Opens what is known of an extension. */
export async function openDetails(api, name) {
  const dialog = openDialog(name, { kind: "wide" });
  const list = el("dl", { class: "details" });
  dialog.body.append(list);
  dialog.foot.append(button("Close", dialog.leave));
  const add = (title, value) => {
    if (value === undefined || value === null || value === "") return;
    list.append(el("dt", { text: title }), el("dd", { text: value }));
  };
  try {
    const it = await api.request("GET", \`outrigger/packages/\${name}\`);
    const { extension } = it;
    add("Description", extension.description);
    add("Version", extension.version);
    add("Author", extension.author);
    add("State", it.reason ? \`\${it.state}: \${it.reason}\` : it.state);
    add("Process", it.pid);
    add("Runs for", it.uptime_ms === null ? "" : duration(it.uptime_ms));
    add("Restarts", it.restarts);
    add("Last exit", exitText(it.last_exit));
    add("Engines", extension.engines?.join(", "));
    add("Folder", it.folder);
    add("May use", it.granted?.join(", ") || "nothing");
    add("Asks for", asText(it.asks));
  } catch (error) {
    dialog.complain(error.message);
  }
}

function exitText(exit) {
  if (typeof exit !== "object" || exit === null) return exit;
  const how = exit.signal ? \`signal \${exit.signal}\` : \`code \${exit.code ?? "unknown"}\`;
  const said = exit.stderr?.at?.(-1);
  return said ? \`\${how}: \${said}\` : how;
}

function asText(value) {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value).map(([name, part]) => \`\${name}: \${asText(part)}\`).join("; ");
}
`,
  ],
]);
