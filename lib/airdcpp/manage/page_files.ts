/**
 * The files of the management page. They lie in `page/` beside this module, also in the executable.
 *
 * @module
 */

import { StartError } from "../../errors.ts";

/** Their names. */
export const PAGE_NAMES: readonly string[] = [
  "api.js",
  "app.js",
  "card.js",
  "controls.js",
  "dialogs.css",
  "dom.js",
  "fields.js",
  "forms.css",
  "index.html",
  "install.js",
  "list.css",
  "lists.js",
  "notices.js",
  "settings.js",
  "style.css",
  "views.js",
];

/**
 * Texts by name.
 *
 * @param folder where they lie. Default: beside this module
 * @throws {StartError} when one cannot be read, as in a program that was compiled without them
 */
export async function loadPageFiles(
  folder = new URL("./page/", import.meta.url),
): Promise<ReadonlyMap<string, string>> {
  try {
    const files = new Map<string, string>();
    for (const name of PAGE_NAMES) files.set(name, await load(new URL(name, folder)));
    return files;
  } catch (cause) {
    throw new StartError(
      `Cannot serve the page that manages packages: ${(cause as Error).message}; expected its ` +
        `files in "${folder}" ("deno compile" needs --include for lib/airdcpp/manage/page)`,
      { cause },
    );
  }
}

async function load(url: URL): Promise<string> {
  if (url.protocol === "file:") return await Deno.readTextFile(url);
  // The host itself is run from the network.
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return await answer.text();
}
