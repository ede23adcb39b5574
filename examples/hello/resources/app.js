// The page of the example. `Neutralino` is the official client library; `NL_*` are the host's
// globals in front of it.

const EXTENSIONS = [
  { id: "js.hello.typescript", name: "TypeScript" },
  { id: "js.hello.python", name: "Python" },
  { id: "js.hello.node", name: "Node.js" },
];
/** After this time an extension that has not connected is called missing, milliseconds. */
const PATIENCE_MS = 10_000;

const byId = (id) => document.getElementById(id);
const cards = new Map(
  EXTENSIONS.map(({ id, name }) => [id, addCard(id, name)]),
);
const connected = new Set();

function addCard(id, name) {
  const item = byId("extension").content.cloneNode(true).firstElementChild;
  item.dataset.id = id;
  item.querySelector("h3").textContent = name;
  item.querySelector(".ping").addEventListener("click", () => ping(id));
  item.querySelector(".ping").setAttribute("aria-label", `Ping ${name}`);
  byId("extensions").append(item);
  return {
    name,
    show(state, text, detail) {
      const label = item.querySelector(".state");
      label.className = `state ${state}`;
      label.textContent = text;
      item.querySelector(".detail").textContent = detail;
      item.querySelector(".ping").disabled = !connected.has(id);
      item.querySelector(".hint").hidden = true;
    },
    hint(text, command) {
      const hint = item.querySelector(".hint");
      hint.hidden = false;
      hint.querySelector("span").textContent = text;
      hint.querySelector("code").textContent = command;
    },
  };
}

function log(text) {
  const item = document.createElement("li");
  const time = document.createElement("time");
  time.textContent = new Date().toLocaleTimeString();
  item.append(time, text);
  byId("log").append(item);
  byId("log").scrollTop = byId("log").scrollHeight;
}

function showConnection(state, text) {
  byId("connection").className = `state ${state}`;
  byId("connection").textContent = text;
}

async function ping(id) {
  const { name } = cards.get(id);
  log(`Ping to ${name}.`);
  try {
    await Neutralino.extensions.dispatch(id, "ping", {
      sentAt: performance.now(),
    });
  } catch (error) {
    log(`${name} could not be reached: ${error.message}`);
  }
}

function onConnected(id) {
  const card = cards.get(id);
  if (card === undefined || connected.has(id)) return;
  connected.add(id);
  card.show("good", "connected", "Says hello when you ping it.");
  byId("ping-all").disabled = false;
  log(`${card.name} connected.`);
}

function onDisconnected(id) {
  const card = cards.get(id);
  if (card === undefined || !connected.delete(id)) return;
  card.show(
    "bad",
    "ended",
    "Its connection has closed; the log of the host may say why.",
  );
  byId("ping-all").disabled = connected.size === 0;
  log(`${card.name} disconnected.`);
}

function onPong({ from, language, version, protocol, ping }) {
  const card = cards.get(from);
  if (card === undefined) return;
  card.show(
    "good",
    "connected",
    `${language} on ${version}. Protocol: ${protocol}.`,
  );
  const ms = (performance.now() - ping.sentAt).toFixed(1);
  log(`Pong from ${card.name} after ${ms} ms.`);
}

/** Says of every extension that is not there why, as far as anybody knows. */
async function explainMissing() {
  const response = await fetch("status.json").catch(() => undefined);
  const status = response?.ok ? await response.json() : {};
  for (const [id, { name, show, hint }] of cards) {
    if (connected.has(id)) continue;
    const known = status[id];
    if (known !== undefined) {
      show("bad", "not running", known.problem);
      hint("Install it with", known.install);
      log(`${name} is not running. ${known.problem}`);
    } else {
      setTimeout(() => {
        if (connected.has(id)) return;
        show("bad", "not connected", "It was started, but has not connected.");
        hint("The log of the host says more:", "neutralinojs.log");
        log(`${name} has not connected.`);
      }, PATIENCE_MS);
    }
  }
}

async function onReady() {
  showConnection("good", "connected");
  const { name, version } = await Neutralino.computer.getOSInfo();
  byId("facts").textContent =
    `Host ${NL_COMMIT} (protocol ${NL_VERSION}), mode ${NL_MODE}, port ${NL_PORT}, ` +
    `on ${name} ${version}.`;
  log(`The page is connected to the host on port ${NL_PORT}.`);
  for (const id of (await Neutralino.extensions.getStats()).connected) {
    onConnected(id);
  }
  await explainMissing();
}

function onOffline() {
  showConnection("bad", "host ended");
  for (const id of [...connected]) onDisconnected(id);
  log(
    "The host has ended. Start it again, then open the address that it prints.",
  );
}

byId("ping-all").addEventListener("click", () => connected.forEach(ping));
byId("clear").addEventListener("click", () => byId("log").replaceChildren());

if (globalThis.Neutralino === undefined) {
  showConnection("bad", "no library");
  byId("facts").textContent =
    "The client library is missing. `deno task start` fetches it from npm and starts the example.";
} else {
  Neutralino.events.on("ready", onReady);
  Neutralino.events.on("serverOffline", onOffline);
  Neutralino.events.on("extClientConnect", ({ detail }) => onConnected(detail));
  Neutralino.events.on(
    "extClientDisconnect",
    ({ detail }) => onDisconnected(detail),
  );
  Neutralino.events.on("pong", ({ detail }) => onPong(detail));
  Neutralino.init();
}
