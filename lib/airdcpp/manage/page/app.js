/**
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
      return complain(`The list cannot be read: ${error.message}`);
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
    const installation = /^extension_installation_(\w+)$/.exec(event);
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
      if (failed > 0) complain(`Updates of ${failed} could not be looked up.`, { elsewhere: true });
      else if (newer === 0) say("Everything is up to date.");
      else say(newer === 1 ? "There is one update." : `There are ${newer} updates.`);
    } catch (error) {
      complain(`Updates cannot be looked up: ${error.message}`);
    } finally {
      setBusy(button, false);
    }
  }
}
