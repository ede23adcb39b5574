/**
 * The beginnings of a package in JavaScript, run by Node.js.
 *
 * @module
 */

/** `main.mjs`: the API by HTTP, without dependencies. */
export const MAIN_MJS = String
  .raw`// An extension: it tells the event log that it runs, and says a greeting as often as its settings say.

import { readFileSync, writeFileSync } from "node:fs";

// The host starts it with --name=..., --apiUrl=host:port/api/v1/, --authToken=... and so on.
const parameters = new Map(process.argv.slice(2).map((arg) => {
  const at = arg.indexOf("=");
  return at < 0 ? [arg.slice(2), ""] : [arg.slice(2, at), arg.slice(at + 1)];
}));
const settingsFile = (parameters.get("settingsPath") ?? "./") + "config.json";
const own = "extensions/" + parameters.get("name");

const DEFINITIONS = [
  { key: "greeting", title: "What to say", type: "string", default_value: "Hello" },
  { key: "minutes", title: "Minutes between greetings", type: "number", default_value: 10, min: 1 },
];
const LOOK_MS = 2000;

process.on("SIGTERM", () => process.exit(0));

async function request(method, path, data) {
  const response = await fetch("http://" + parameters.get("apiUrl") + path, {
    method,
    headers: { authorization: "Bearer " + parameters.get("authToken") },
    body: data === undefined ? undefined : JSON.stringify(data),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(response.status + ": " + text);
  return text === "" ? undefined : JSON.parse(text);
}

function savedSettings() {
  try {
    return JSON.parse(readFileSync(settingsFile, "utf8"));
  } catch {
    return {};
  }
}

await request("POST", own + "/settings/definitions", DEFINITIONS);
const saved = savedSettings();
if (Object.keys(saved).length > 0) await request("PATCH", own + "/settings", saved);
// For "signalReady" of the package.json.
await request("POST", own + "/ready");

let last = "";
let next = 0;
// By HTTP nobody tells of a change, so it looks; by a WebSocket it would be told. When the host is
// gone, the request fails, and that ends it.
for (;;) {
  const settings = await request("GET", own + "/settings");
  const text = JSON.stringify(settings, null, 2);
  if (text !== last) {
    // Keeping settings is up to the extension: the host forgets them when it stops.
    if (last !== "") writeFileSync(settingsFile, text);
    last = text;
    next = 0;
  }
  if (Date.now() >= next) {
    next = Date.now() + settings.minutes * 60_000;
    console.log(settings.greeting);
    await request("POST", "events", { text: settings.greeting, severity: "info" });
  }
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
`;

/** What is in `package.json` beside its name and the like. */
export const NODE = {
  main: "main.mjs",
  engines: { node: ">=18" },
  files: ["main.mjs"],
};

/** What its README says of the language. */
export const NODE_README = `## Dependencies

It has none, so it runs at once. Hosts install none either: what it needs of npm must be in the package, by
\`bundledDependencies\`, or better in one file that a bundler such as esbuild writes. Then it can use the official
libraries \`airdcpp-extension\` and \`airdcpp-apisocket\`, which speak the API's WebSocket.
`;
