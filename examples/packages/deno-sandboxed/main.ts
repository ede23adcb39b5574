// Tells the event log what is new in a folder. Deno lets it read the folder that package.json asks for, unless the
// user grants less, and nothing else of the machine. What it may not do fails, and it says so.

import { Api } from "./api.ts";

const parameters = new Map(Deno.args.map((arg) => {
  const at = arg.indexOf("=");
  return at < 0 ? [arg.slice(2), ""] : [arg.slice(2, at), arg.slice(at + 1)];
}));
const name = parameters.get("name") ?? "";
const settingsFile = `${parameters.get("settingsPath")}config.json`;

const DEFINITIONS = [
  { key: "folder", title: "Folder", type: "directory_path", default_value: "/srv/inbox/" },
  { key: "seconds", title: "Look every (seconds)", type: "number", default_value: 60, min: 1 },
];

interface Settings {
  folder: string;
  seconds: number;
}

if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => Deno.exit(0));

const api = await Api.connect(parameters.get("apiUrl")!, parameters.get("authToken")!);
const own = `extensions/${name}`;
await api.request("POST", `${own}/settings/definitions`, DEFINITIONS);
const saved = await Deno.readTextFile(settingsFile).then(JSON.parse).catch(() => undefined);
if (saved !== undefined) await api.request("PATCH", `${own}/settings`, saved);
let settings: Settings | undefined;
let known: Set<string> | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

async function look(): Promise<void> {
  clearTimeout(timer);
  if (settings === undefined) return;
  try {
    const entries = await Array.fromAsync(Deno.readDir(settings.folder));
    const names = entries.map(({ name }) => name).sort();
    const before = known;
    known = new Set(names);
    if (before === undefined) await tell(`${settings.folder} has ${names.length} entries`);
    else for (const name of names) if (!before.has(name)) await tell(`${name} is new`);
  } catch (error) {
    await tell(`Cannot look into ${settings.folder}: ${(error as Error).name}`, "warning");
  }
  clearTimeout(timer);
  timer = setTimeout(look, settings.seconds * 1000);
}

async function tell(text: string, severity = "info"): Promise<void> {
  console.log(text);
  await api.request("POST", "events", { text, severity });
}

api.onEvent = (event, data) => {
  if (event !== "extension_settings_updated" || settings === undefined) return;
  settings = { ...settings, ...data as Partial<Settings> };
  known = undefined;
  // Keeping settings is up to the extension: the host forgets them when it stops.
  void Deno.writeTextFile(settingsFile, JSON.stringify(settings, null, 2)).then(look);
};
// In this order no change is missed: what comes before the answer is in it.
await api.request("POST", `${own}/listeners/extension_settings_updated`);
settings = await api.request("GET", `${own}/settings`) as Settings;
await look();
await api.request("POST", `${own}/ready`);
