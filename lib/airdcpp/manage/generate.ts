/**
 * Makes the files of the management page a module, so that they are served alike wherever the host
 * runs from. For development only: nothing that runs in an app imports this.
 *
 * ```sh
 * deno run -A lib/airdcpp/manage/generate.ts --write   # or --check
 * ```
 *
 * @module
 */

/** Where the generated module is checked in. */
export const PAGE_MODULE: URL = new URL("./page_files.ts", import.meta.url);

const FOLDER = new URL("./page/", import.meta.url);

/** The module as the text of its file. */
export async function generatePageModule(): Promise<string> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) names.push(name);
  let text = `/**
 * The files of the management page, made from \`page/\` by \`generate.ts\`. Not to be edited.
 *
 * @module
 */

/** Text by name. */
export const PAGE_FILES: ReadonlyMap<string, string> = new Map([
`;
  for (const name of names.sort()) {
    const content = await Deno.readTextFile(new URL(name, FOLDER));
    text += `  [\n    ${JSON.stringify(name)},\n    \`${escaped(content)}\`,\n  ],\n`;
  }
  return `${text}]);\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\\`]|\$\{/g, (found) => `\\${found}`);
}

if (import.meta.main) {
  const text = await generatePageModule();
  if (Deno.args.includes("--write")) {
    await Deno.writeTextFile(PAGE_MODULE, text);
  } else if (Deno.args.includes("--check")) {
    if (await Deno.readTextFile(PAGE_MODULE) !== text) Deno.exit(1);
  } else {
    await Deno.stdout.write(new TextEncoder().encode(text));
  }
}
