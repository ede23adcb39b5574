/**
 * The files of the management page. They lie in `page/` beside this module, also in the executable.
 *
 * @module
 */

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

/** Texts by name. */
export async function loadPageFiles(): Promise<ReadonlyMap<string, string>> {
  return new Map(
    await Promise.all(
      PAGE_NAMES.map(async (name): Promise<[string, string]> => {
        const url = new URL(`./page/${name}`, import.meta.url);
        if (url.protocol === "file:") return [name, await Deno.readTextFile(url)];
        // The host itself is run from the network.
        const answer = await fetch(url);
        if (!answer.ok) throw new Error(`Cannot load ${url}: status ${answer.status}`);
        return [name, await answer.text()];
      }),
    ),
  );
}
