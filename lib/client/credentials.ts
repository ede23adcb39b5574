/**
 * Where a client learns how to connect.
 *
 * @module
 */

/** Where to connect, and as whom. */
export interface Credentials {
  port: number;
  /** Sent with every request. */
  accessToken: string;
  /** Sent with the handshake. Default: what stands behind the dot of `accessToken`. */
  connectToken?: string;
  /** Connects as this extension, or in its place. */
  extensionId?: string;
  /** Default `127.0.0.1`. */
  hostname?: string;
}

/**
 * From the text of `auth_info.json`.
 *
 * @throws {SyntaxError} when it is no JSON
 * @throws {TypeError} when port or token are missing
 */
export function fromAuthInfo(text: string, extensionId?: string): Credentials {
  const { nlPort, nlToken, port = nlPort, accessToken = nlToken } = JSON.parse(text) ?? {};
  if (!(Number(port) > 0) || typeof accessToken !== "string") {
    throw new TypeError("Cannot use the auth info: it has no port or no token");
  }
  return { port: Number(port), accessToken, ...(extensionId === undefined ? {} : { extensionId }) };
}

/** From what an extension reads on its stdin. */
export function fromStdin(text: string): Credentials {
  const { nlPort, nlToken, nlConnectToken, nlExtensionId } = JSON.parse(text);
  return {
    port: Number(nlPort),
    accessToken: nlToken,
    connectToken: nlConnectToken,
    extensionId: nlExtensionId,
  };
}

/** From the `--nl-...` arguments of an extension; `undefined` when there are none. */
export function fromArguments(args: readonly string[]): Credentials | undefined {
  const value = (name: string) => {
    const start = `--nl-${name}=`;
    return args.find((word) => word.startsWith(start))?.slice(start.length);
  };
  const [port, accessToken] = [value("port"), value("token")];
  const extensionId = value("extension-id");
  if (port === undefined || accessToken === undefined) return undefined;
  return { port: Number(port), accessToken, ...(extensionId === undefined ? {} : { extensionId }) };
}

/** From the globals of a page. */
export function fromPage(): Credentials {
  const page = globalThis as unknown as {
    NL_PORT: number;
    NL_TOKEN: string;
    sessionStorage?: { getItem(key: string): string | null };
    location?: { hostname: string };
  };
  const accessToken = page.NL_TOKEN || (page.sessionStorage?.getItem("NL_TOKEN") ?? "");
  const hostname = page.location?.hostname;
  return { port: page.NL_PORT, accessToken, ...(hostname ? { hostname } : {}) };
}
