/**
 * Extensions that wait and tell a test the credentials they were given.
 *
 * @module
 */

import type { TestHost } from "../../lib/testing.ts";

/** An entry whose command writes down its `--nl-token` or its stdin, and waits. */
export function teller(id: string, handshake: "both" | "stdin" | "arguments") {
  const path = "${NL_PATH}/" + id;
  const told = handshake === "stdin" ? "cat" : `printf %s "$*"`;
  // `sh -c` takes the word behind its text as $0, so the appended arguments start at $1.
  return {
    id,
    handshake,
    command: handshake === "stdin"
      ? `cat > ${path}.part; mv ${path}.part ${path}.told; exec sleep 60`
      : `sh ${path}.sh`,
    script: `${told} > "$0.part"; mv "$0.part" "$0.told"; exec sleep 60`,
  };
}

/** The scripts that tellers need in the app's folder. */
export function tellerFiles(tellers: readonly ReturnType<typeof teller>[]): Record<string, string> {
  return Object.fromEntries(tellers.map(({ id, script }) => [`${id}.sh`, script]));
}

/** The access token that an extension was given. */
export async function toldToken(app: TestHost, id: string): Promise<string> {
  const candidates = [`${app.folder}/${id}.told`, `${app.folder}/${id}.sh.told`];
  let text = "";
  await app.eventually(async () => {
    for (const path of candidates) text ||= await Deno.readTextFile(path).catch(() => "");
    return text !== "";
  }, { timeoutMs: 10_000, what: `credentials of "${id}"` });
  return text.match(/[\w-]{47}\.[\w-]{49}/)![0];
}
