/**
 * The beginnings of a package in TypeScript, run by Deno within a sandbox.
 *
 * @module
 */

/** `main.ts`: the API by its WebSocket, without dependencies. */
export const MAIN_TS = String
  .raw`// An extension: it tells the event log that it runs, and says a greeting as often as its settings say.

// The host starts it with --name=..., --apiUrl=host:port/api/v1/, --authToken=... and so on.
const parameters = new Map(Deno.args.map((arg) => {
  const at = arg.indexOf("=");
  return at < 0 ? [arg.slice(2), ""] : [arg.slice(2, at), arg.slice(at + 1)];
}));
const name = parameters.get("name") ?? "";
const settingsFile = (parameters.get("settingsPath") ?? "./") + "config.json";

const DEFINITIONS = [
  { key: "greeting", title: "What to say", type: "string", default_value: "Hello" },
  { key: "minutes", title: "Minutes between greetings", type: "number", default_value: 10, min: 1 },
];

interface Settings {
  greeting: string;
  minutes: number;
}

// One request at a time or many: each is answered by a message with its callback_id.
const socket = new WebSocket("ws://" + parameters.get("apiUrl"));
const waiting = new Map<number, PromiseWithResolvers<unknown>>();
let lastId = 0;

function request(method: string, path: string, data?: unknown): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  waiting.set(++lastId, answer);
  socket.send(JSON.stringify({ method, path, data, callback_id: lastId }));
  return answer.promise;
}

socket.onmessage = ({ data: text }) => {
  const { callback_id, code, data, error, event } = JSON.parse(text);
  const answer = waiting.get(callback_id);
  if (answer !== undefined) {
    waiting.delete(callback_id);
    if (code < 300) answer.resolve(data);
    else answer.reject(new Error(code + ": " + error.message));
  } else if (event === "extension_settings_updated") {
    settings = { ...settings, ...data };
    // Keeping settings is up to the extension: the host forgets them when it stops.
    Deno.writeTextFileSync(settingsFile, JSON.stringify(settings, null, 2));
    greet();
  }
};
socket.onclose = () => Deno.exit(1);
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => Deno.exit(0));

let settings: Settings;
let timer: ReturnType<typeof setTimeout> | undefined;

function greet(): void {
  clearTimeout(timer);
  timer = setTimeout(greet, settings.minutes * 60_000);
  console.log(settings.greeting);
  void request("POST", "events", { text: settings.greeting, severity: "info" });
}

function savedSettings(): Partial<Settings> {
  try {
    return JSON.parse(Deno.readTextFileSync(settingsFile));
  } catch {
    return {};
  }
}

socket.onopen = async () => {
  await request("POST", "sessions/socket", { auth_token: parameters.get("authToken") });
  const own = "extensions/" + name;
  await request("POST", own + "/settings/definitions", DEFINITIONS);
  const saved = savedSettings();
  if (Object.keys(saved).length > 0) await request("PATCH", own + "/settings", saved);
  settings = await request("GET", own + "/settings") as Settings;
  await request("POST", own + "/listeners/extension_settings_updated");
  greet();
  // For "signalReady" of the package.json.
  await request("POST", own + "/ready");
};
`;

/** What is in `package.json` beside its name and the like. */
export const TYPESCRIPT = {
  main: "main.ts",
  engines: { deno: ">=2" },
  files: ["main.ts"],
  outrigger: { permissions: {} },
};

/** What its README says of the language. */
export const TYPESCRIPT_README = `## The sandbox

Deno runs it and lets it read its own folder, write its settings and logs, and reach the host, and no more.
What else it needs stands in \`package.json\`; whoever installs it is shown that, and may grant less:

\`\`\`json
"outrigger": {
  "permissions": {
    "netHosts": ["api.example.org"],
    "filesystemRoots": [{ "path": "/srv/music", "access": "read" }]
  }
}
\`\`\`
`;
