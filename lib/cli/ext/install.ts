/**
 * `outrigger ext install` and `outrigger ext update`.
 *
 * @module
 */

import type { Manifest } from "../../packages/manifest.ts";
import {
  type Command,
  CommandError,
  EXIT,
  type Input,
  PACKAGES,
  PATH,
  type Terminal,
  YES,
} from "../command.ts";
import { confirm } from "../prompt.ts";
import { table } from "../table.ts";
import { atHand, type PackagesAtHand } from "./at_hand.ts";
import { installedIn, notThere } from "./installed.ts";
import { obtain, type Wanted, wanted } from "./obtain.ts";
import { demandLines, printable, widerLines } from "../../packages/demand_lines.ts";
import { type Place, placeOf, registryOf } from "./place.ts";

/** `outrigger ext install`. */
export const install: Command = {
  name: "ext install",
  words: "WHAT...",
  count: [1, 20],
  summary: "Install packages: a .tgz, an https URL, or NAME[@VERSION|TAG|RANGE]",
  details:
    `Shows what a package is and asks for, and on a terminal asks whether to go on. What it asks for it
gets unless the configuration grants less. A running host starts it; else the next one does.`,
  options: [PATH, PACKAGES, YES],
  async run(input, terminal) {
    const place = await placeOf(input);
    await using packages = await atHand(place);
    for (const word of input.words) {
      const code = await installOne(wanted(word), { place, packages, input, terminal });
      if (code !== EXIT.fine) return code;
    }
    return EXIT.fine;
  },
};

/** `outrigger ext update`. */
export const update: Command = {
  name: "ext update",
  words: "[NAME...]",
  count: [0, 100],
  summary: "Update packages to the newest version of the same major one",
  details:
    `Shows what changes, and on a terminal asks whether to go on; elsewhere a version that asks for more
than the installed one needs --yes. A new major version is told of; "outrigger ext install NAME@VERSION"
installs it. Packages marked as private are left alone.`,
  options: [
    PATH,
    PACKAGES,
    YES,
    { name: "all", description: "Update all packages" },
    { name: "check", description: "Tell what there is, and change nothing" },
  ],
  async run(input, terminal) {
    const [check, all] = [input.flag("check"), input.flag("all")];
    if (input.words.length === 0 && !all && !check) {
      throw new CommandError("Name the packages to update, or pass --all or --check", EXIT.usage);
    }
    const place = await placeOf(input);
    const updates = await findUpdates(input.words, place);
    if (check) {
      showUpdates(updates, { input, terminal });
      return updates.some(({ error }) => error !== null) ? EXIT.failed : EXIT.fine;
    }
    const newer = updates.filter(({ newest }) => newest !== null);
    for (const { name, error, newMajor } of updates) {
      if (error !== null) terminal.note(`outrigger: "${name}" cannot be looked up: ${error}`);
      if (newMajor !== null) terminal.note(`${name} has a new major version, ${newMajor}`);
    }
    if (newer.length === 0 && !input.flag("json")) terminal.print("Nothing is newer");
    let failed = updates.length > 0 && updates.every(({ error }) => error !== null);
    if (newer.length > 0) {
      await using packages = await atHand(place);
      for (const { name, newest } of newer) {
        const what = { name, version: newest! };
        const context = { place, packages, input, terminal, onlyAsMuch: true };
        failed = !await updateOne(what, context) || failed;
      }
    }
    return failed || updates.some(({ error }) => error !== null) ? EXIT.failed : EXIT.fine;
  },
};

/** One that fails keeps none of the others back. */
async function updateOne(what: Wanted, context: Context): Promise<boolean> {
  try {
    return await installOne(what, context) === EXIT.fine;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    context.terminal.note(`outrigger: ${error.message}`);
    return false;
  }
}

interface Context {
  place: Place;
  packages: PackagesAtHand;
  input: Input;
  terminal: Terminal;
  /** Nobody has looked at this version: it may not ask for more unless somebody agrees. */
  onlyAsMuch?: boolean;
}

async function installOne(what: Wanted, context: Context): Promise<number> {
  const { place, packages, input, terminal, onlyAsMuch = false } = context;
  await using obtained = await obtain(what, place);
  const { manifest, archive } = obtained;
  const { name, version } = manifest;
  const before = (await installedIn(place.folder)).packages
    .find((it) => it.manifest.name === name)?.manifest;
  const json = input.flag("json");
  if (!json) { for (const line of aboutLines(manifest, before, terminal)) terminal.print(line); }
  const ask = !json && !input.flag("yes") && Deno.stdin.isTerminal();
  const more = widerLines(before?.permissions, manifest.permissions);
  if (!ask && onlyAsMuch && more.length > 0 && !input.flag("yes")) {
    terminal.note(
      `outrigger: "${name}" is left at ${before?.version}: ${version} asks for more ` +
        `(${more.join(", ")}); --yes accepts that`,
    );
    return EXIT.failed;
  }
  if (ask) {
    const verb = before === undefined ? "Install" : "Update";
    if (!await confirm(`${verb} ${name}?`)) {
      terminal.note("Nothing was changed");
      return EXIT.failed;
    }
  }
  let trouble: string | undefined;
  try {
    trouble = await packages.install(archive);
  } catch (error) {
    if (error instanceof CommandError) {
      throw new CommandError(`Cannot install "${name}": ${error.message}`);
    }
    throw new CommandError(`Cannot install "${name}": ${(error as Error).message}`);
  }
  const former = before?.version ?? null;
  if (json) terminal.json({ name, version, former }, { oneLine: true });
  else if (former === null) terminal.print(`Installed ${name} ${version}`);
  else if (former === version) terminal.print(`Installed ${name} ${version} again`);
  else terminal.print(`Updated ${name} from ${former} to ${version}`);
  if (trouble !== undefined) terminal.note(`outrigger: "${name}" does not run: ${trouble}`);
  return EXIT.fine;
}

/** What is told of a package before it is installed. */
export function aboutLines(
  manifest: Manifest,
  before: Manifest | undefined,
  terminal: Terminal,
): string[] {
  const { name, version, description, author, engines } = manifest;
  const asks = before === undefined
    ? demandLines(manifest.permissions)
    : widerLines(before.permissions, manifest.permissions);
  const title = before === undefined
    ? "asks for"
    : asks.length > 0
    ? terminal.paint("asks for more than the version that is installed", "yellow")
    : "asks for no more than the version that is installed";
  const versions = before === undefined
    ? printable(version)
    : before.version === version
    ? `${printable(version)}, which is installed already`
    : `${printable(before.version)} -> ${printable(version)}`;
  return [
    `${terminal.paint(name, "bold")} ${versions}`,
    `  ${printable(description)} (by ${printable(author)})`,
    `  runs with ${engines.map(printable).join(" or ")}`,
    `  ${before === undefined && asks.length === 0 ? "asks for nothing" : title}`,
    ...asks.map((line) => `    ${before === undefined ? "" : "+ "}${line}`),
    ...(engines[0] === "deno"
      ? []
      : [`  runs without a sandbox: it can do what you can, whatever it asks for`]),
  ];
}

interface Update {
  name: string;
  version: string;
  /** `null`: there is none. */
  newest: string | null;
  newMajor: string | null;
  error: string | null;
}

async function findUpdates(names: readonly string[], place: Place): Promise<Update[]> {
  const { packages } = await installedIn(place.folder);
  for (const name of names) {
    if (packages.some(({ manifest }) => manifest.name === name)) continue;
    throw notThere(name, packages.map(({ manifest }) => manifest.name));
  }
  const asked = packages.filter(({ manifest }) =>
    names.length === 0 ? !manifest.private : names.includes(manifest.name)
  );
  const registry = await registryOf(place.settings);
  const updates: Update[] = [];
  for (const { manifest: { name, version } } of asked) {
    try {
      const found = await registry.newest(name, version);
      const newest = found.release?.version ?? null;
      updates.push({ name, version, newest, newMajor: found.newMajor ?? null, error: null });
    } catch (error) {
      const { message } = error as Error;
      updates.push({ name, version, newest: null, newMajor: null, error: message });
    }
  }
  return updates;
}

function showUpdates(
  updates: readonly Update[],
  { input, terminal }: Pick<Context, "input" | "terminal">,
): void {
  if (input.flag("json")) {
    return terminal.json(updates.map(({ newMajor, ...it }) => ({ ...it, new_major: newMajor })));
  }
  if (updates.length === 0) return terminal.print("No packages are installed");
  const grey = (text: string) => ({ text, paint: (it: string) => terminal.paint(it, "grey") });
  terminal.print(table([
    ["NAME", "VERSION", "NEWEST", "NEW MAJOR", "PROBLEM"].map(grey),
    ...updates.map(({ name, version, newest, newMajor, error }) => [
      name,
      version,
      newest ?? "-",
      newMajor ?? "-",
      error ?? "",
    ]),
  ]));
}
