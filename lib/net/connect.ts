/**
 * Connections to other servers, with and without TLS (contracts: Neutralino 6.9).
 *
 * @module
 */

import { HostError } from "../errors.ts";
import type { Address } from "./outgoing.ts";

/** Settings of {@linkcode connect}. */
export interface ConnectOptions {
  /** Certificates in PEM that are trusted beside those of the system. */
  trustedCertificates: readonly string[];
  /** Ends the attempt, and the connection. */
  signal: AbortSignal;
}

/** Names which certificates Deno trusts. It is read once, when a process first needs them. */
const STORE = "DENO_TLS_CA_STORE";

/**
 * Opens a connection.
 *
 * @throws {HostError} `NE_NW_SSLVERI`, `NE_NW_SSLHOST`, `NE_NW_SSLCONN` or `NE_NW_HTTPERR`
 */
export async function connect(address: Address, options: ConnectOptions): Promise<Deno.Conn> {
  const { signal } = options;
  const connection = await connectTcp(address, signal);
  // A closed one rejects whoever reads or writes.
  signal.addEventListener("abort", () => closeQuietly(connection), { once: true });
  if (!address.secure) return connection;
  try {
    const secured = await startTls(connection, address.hostname, options.trustedCertificates);
    signal.addEventListener("abort", () => closeQuietly(secured), { once: true });
    try {
      await secured.handshake();
      return secured;
    } catch (error) {
      closeQuietly(secured);
      throw error;
    }
  } catch (error) {
    closeQuietly(connection);
    throw tlsError((error as Error).message);
  }
}

/** Closes a connection, also one that is closed. */
export function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is.
  }
}

async function connectTcp(
  { hostname, port }: Address,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  for (const lookUp of [() => [hostname], () => otherAddresses(hostname)]) {
    for (const candidate of await lookUp()) {
      if (signal.aborted) break;
      const attempt = Deno.connect({ hostname: candidate, port });
      const aborted = Promise.withResolvers<undefined>();
      const abort = () => aborted.resolve(undefined);
      signal.addEventListener("abort", abort);
      try {
        const connection = await Promise.race([attempt, aborted.promise]);
        if (connection !== undefined) return connection;
        // An attempt cannot be called off; what it still brings is closed.
        attempt.then(closeQuietly, () => {});
      } catch {
        // The next one may answer.
      } finally {
        signal.removeEventListener("abort", abort);
      }
    }
  }
  throw new HostError("NE_NW_HTTPERR", "Could not establish connection");
}

/** The system gives one address of a name; a server may answer at another one alone. */
async function otherAddresses(hostname: string): Promise<string[]> {
  if (hostname === "localhost") return ["127.0.0.1", "::1"];
  if (/^[\d.]+$|:/.test(hostname)) return [];
  return (await Deno.resolveDns(hostname, "A").catch(() => [])).slice(0, 4);
}

/** Without a wish of the user, what the system trusts is trusted, and nothing else. */
function startTls(connection: Deno.TcpConn, hostname: string, caCerts: readonly string[]) {
  const chosen = Deno.env.get(STORE);
  if (chosen === undefined) Deno.env.set(STORE, "system");
  try {
    return Deno.startTls(connection, { hostname, caCerts: [...caCerts] });
  } finally {
    // Programs that the host starts must not inherit it.
    if (chosen === undefined) Deno.env.delete(STORE);
  }
}

/** What the runtime says of a certificate, and the numbers that OpenSSL has for the same. */
const VERIFICATION: readonly (readonly [message: RegExp, number: string])[] = [
  [/UnknownIssuer/, "20"],
  [/certificate: (certificate )?expired/i, "10"],
  [/not ?valid ?yet/i, "9"],
  [/invalid peer certificate/, "1"],
];

/** The runtime tells what was wrong by text alone. */
function tlsError(message: string): HostError {
  if (/not valid for( any)? name|NotValidForName/i.test(message)) {
    return new HostError("NE_NW_SSLHOST", "62");
  }
  const [, number] = VERIFICATION.find(([pattern]) => pattern.test(message)) ?? [];
  return number === undefined
    ? new HostError("NE_NW_SSLCONN", "1")
    : new HostError("NE_NW_SSLVERI", number);
}
