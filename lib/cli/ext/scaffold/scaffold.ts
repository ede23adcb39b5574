/**
 * The beginnings of a package: files that run at once.
 *
 * @module
 */

import { MAIN_MJS, NODE, NODE_README } from "./node.ts";
import { MAIN_PY, PYTHON, PYTHON_README } from "./python.ts";
import { MAIN_TS, TYPESCRIPT, TYPESCRIPT_README } from "./typescript.ts";

/** Languages that packages are begun in. */
export const LANGUAGES = ["ts", "node", "python"] as const;

/** One of {@linkcode LANGUAGES}. */
export type Language = typeof LANGUAGES[number];

interface Beginning {
  manifest: { main: string; [key: string]: unknown };
  script: string;
  readme: string;
}

const BEGINNINGS: Readonly<Record<Language, Beginning>> = {
  ts: { manifest: TYPESCRIPT, script: MAIN_TS, readme: TYPESCRIPT_README },
  node: { manifest: NODE, script: MAIN_MJS, readme: NODE_README },
  python: { manifest: PYTHON, script: MAIN_PY, readme: PYTHON_README },
};

/** Whether a text is one of {@linkcode LANGUAGES}. */
export function isLanguage(text: string): text is Language {
  return (LANGUAGES as readonly string[]).includes(text);
}

/**
 * The files of a new package, by path.
 *
 * @param name of the package, which begins with `airdcpp-`
 */
export function scaffold(
  name: string,
  { language, author }: { language: Language; author: string },
): ReadonlyMap<string, string> {
  const { manifest, script, readme } = BEGINNINGS[language];
  const json = {
    name,
    version: "1.0.0",
    description: "Says a greeting now and then",
    author,
    ...manifest,
    airdcpp: { apiVersion: 1, minApiFeatureLevel: 0, signalReady: true },
  };
  return new Map([
    ["package.json", JSON.stringify(json, null, 2) + "\n"],
    [manifest.main, script],
    ["README.md", readmeText(name, { main: manifest.main, readme })],
    [".gitignore", "*.tgz\n.outrigger/\nnode_modules/\n__pycache__/\n"],
  ]);
}

function readmeText(name: string, { main, readme }: { main: string; readme: string }): string {
  return `# ${name}

An extension for hosts that speak the AirDC++ API. It defines two settings, keeps them, and tells the event log a
greeting. All of it is in \`${main}\`.

\`\`\`sh
outrigger ext dev .        # runs this folder, and starts it anew when a file changes
outrigger ext pack         # ${name}-1.0.0.tgz, as a host takes it
outrigger ext install ./${name}-1.0.0.tgz --packages=DIR
\`\`\`

To publish it, put your name and \`"keywords": ["airdcpp-extensions", "airdcpp-extensions-public"]\` into
\`package.json\` and run \`npm publish\`: whoever searches for extensions finds it then. With \`"private": true\` hosts
never look for a newer version of it.

${readme}`;
}
