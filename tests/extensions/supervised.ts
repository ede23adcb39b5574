/**
 * Extensions whose supervision is looked at.
 *
 * @module
 */

import { startTestHost, TestClient, type TestHost } from "../../lib/testing.ts";

const POSIX = Deno.build.os !== "windows";

/** Data of `extensionStateChange`. */
export interface Change {
  extensionId: string;
  from: string;
  to: string;
  reason: string;
  exitCode: number | null;
  restarts: number;
}

/** What `extensions.getInfo` returns, as far as it is looked at. */
export interface Info {
  state: string;
  reason: string;
  connected: boolean;
  pid: number | null;
  restarts: number;
  lastExit: { code: number; signal: string | null; stderr: string[] } | null;
  memoryBytes: number | null;
  traffic: { framesIn: number; framesOut: number } | null;
  uptimeMs: number | null;
}

/** Extensions that nobody starts before there is a page to see it. */
export function withExtensions(...entries: Record<string, unknown>[]): Promise<TestHost> {
  const extensions = entries.map((entry, i) => ({
    id: entries.length === 1 ? "x" : `x${i}`,
    autoStart: false,
    ...entry,
  }));
  return startTestHost({ config: { extensions } });
}

/** Asks for something to be done to an extension. */
export const act = (page: TestClient, verb: string, extensionId = "x") =>
  page.call(`extensions.${verb}`, { extensionId }, { timeoutMs: 15_000 });

/** What can be seen of an extension. */
export const info = (page: TestClient, extensionId = "x") =>
  page.call("extensions.getInfo", { extensionId }) as Promise<Info>;

/** The next change of an extension to a state. */
export function change(page: TestClient, to: string, extensionId = "x"): Promise<Change> {
  return page.event("extensionStateChange", {
    timeoutMs: 15_000,
    where: (data) => {
      const change = data as Change;
      return change.to === to && change.extensionId === extensionId;
    },
  }) as Promise<Change>;
}

/** A command that leaves its credentials to the test, which then connects in its place. */
export const waiting = (id = "x") => ({
  command:
    `cat > \${NL_PATH}/${id}.json; mv \${NL_PATH}/${id}.json \${NL_PATH}/${id}.ready; sleep 300; true`,
  handshake: "stdin",
});

/** Connects as the extension whose command is {@linkcode waiting}. */
export async function connectAs(app: TestHost, id = "x"): Promise<TestClient> {
  const file = `${app.folder}/${id}.ready`;
  await app.eventually(() => Deno.stat(file).then(() => true, () => false));
  const { nlToken, nlConnectToken } = JSON.parse(await Deno.readTextFile(file));
  await Deno.remove(file);
  return await TestClient.open(
    `ws://127.0.0.1:${app.host.port}/?connectToken=${nlConnectToken}&extensionId=${id}`,
    nlToken,
  );
}

/** From and to of all changes that came. */
export const path = (page: TestClient) =>
  page.events.filter(({ event }) => event === "extensionStateChange")
    .map(({ data }) => `${(data as Change).from} ${(data as Change).to}`);

/** A test that needs a POSIX shell. */
export function posixTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !POSIX, fn });
}
