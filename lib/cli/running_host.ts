/**
 * The running host of a folder: where its files are, and a connection to it.
 *
 * @module
 */

import { type Client, connect, fromAuthInfo, OutriggerError } from "../client.ts";
import { loadConfig, type LoadedConfig } from "../config/load.ts";
import { StartError } from "../errors.ts";
import { HostLog } from "../log.ts";
import { CommandError, EXIT, type Input } from "./command.ts";

/** An app's configuration, as a host that starts here would read it. */
export async function appOf(input: Input): Promise<LoadedConfig> {
  const flags = ["path", "packages"].flatMap((name) => {
    const value = input.text(name);
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  const loaded = await loadConfig({
    args: flags,
    execPath: Deno.execPath(),
    compiled: Deno.build.standalone,
    cwd: Deno.cwd(),
    os: Deno.build.os,
    env: (name) => Deno.env.get(name),
    log: new HostLog(),
  });
  await loaded.source[Symbol.asyncDispose]();
  return loaded;
}

/** The same, ending the command where it cannot be read. */
export async function requireApp(input: Input): Promise<LoadedConfig> {
  try {
    return await appOf(input);
  } catch (error) {
    if (error instanceof StartError) throw new CommandError(error.message);
    throw error;
  }
}

/**
 * A connection to the host that runs this app now.
 *
 * @param options.onEvent told of every event
 * @throws {CommandError} with what is in the way: no auth info, nobody who listens, refused
 */
export async function connectToHost(
  { locations, settings }: LoadedConfig,
  options: { onEvent?: (event: string, data: unknown) => void; onLost?: () => void } = {},
): Promise<Client> {
  const file = `${locations.tempPath}/auth_info.json`;
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      const off = settings.exportAuthInfo ? "" : ', where "exportAuthInfo" is off';
      throw new CommandError(
        `No running host: there is no "${file}"${off}; a host writes it with "exportAuthInfo": true ` +
          "(--path=DIR names another app)",
        EXIT.noHost,
      );
    }
    throw new CommandError(`Cannot read "${file}": ${(error as Error).message}`);
  }
  let credentials;
  try {
    credentials = fromAuthInfo(text);
  } catch {
    throw /"nlPort":0\b/.test(text)
      ? new CommandError(
        `No way to the host: it runs without a server, says "${file}"; expected "enableServer": true`,
        EXIT.noHost,
      )
      : new CommandError(`Cannot use "${file}": it is not what a host writes there`);
  }
  try {
    return await connect(credentials, {
      reconnect: false,
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
      onState: (state) => state === "disconnected" && options.onLost?.(),
    });
  } catch (error) {
    const { port } = credentials;
    if (error instanceof OutriggerError && error.code === "CLIENT_TIMEOUT") {
      throw new CommandError(
        `No answer: what listens at port ${port}, which "${file}" names, is silent; ` +
          "it is a host that hangs, or another program",
        EXIT.noHost,
      );
    }
    throw await isListening(port)
      ? new CommandError(
        `Refused: what listens at port ${port} does not accept the token in "${file}"; ` +
          "it is another host or program",
        EXIT.noHost,
      )
      : new CommandError(
        `No running host: nobody listens at port ${port}, which "${file}" names; ` +
          (settings.enableServer ? "it" : '"enableServer" is off, or it') +
          " was left behind by a host that has ended",
        EXIT.noHost,
      );
  }
}

/** Whether somebody listens at a port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** Runs something with a connection, and says in one line what the host refused. */
export async function withHost<Value>(
  app: LoadedConfig,
  body: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = await connectToHost(app);
  try {
    return await body(client);
  } catch (error) {
    throw readable(error);
  } finally {
    client.close();
  }
}

/** An error of the host's as one for the terminal. */
export function readable(error: unknown): unknown {
  if (!(error instanceof OutriggerError)) return error;
  return new CommandError(`${error.code}: ${error.message}`);
}
