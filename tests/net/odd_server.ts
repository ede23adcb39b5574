/** A server for tests that answers each path with exactly the bytes it was given for it. */

const read = (name: string) =>
  Deno.readTextFileSync(new URL(`certificates/${name}`, import.meta.url));

/** The certificate that those of the test servers are signed with. */
export const AUTHORITY = read("authority.pem");

/** What a path answers; `never` keeps the connection open and says nothing. */
export type Answers = Record<
  string,
  string | Uint8Array<ArrayBuffer> | "never" | ((request: string) => string)
>;

export class OddServer implements Disposable {
  readonly port: number;
  /** Connections that are open now. */
  open = 0;
  readonly #listener: Deno.Listener;
  readonly #answers: Answers;
  readonly #connections = new Set<Deno.Conn>();

  /** @param certificate one of the certificates, for TLS */
  constructor(answers: Answers, { certificate }: { certificate?: string } = {}) {
    this.#answers = answers;
    const address = { hostname: "127.0.0.1", port: 0 };
    this.#listener = certificate === undefined ? Deno.listen(address) : Deno.listenTls({
      ...address,
      cert: read(`${certificate}.pem`),
      key: read(`${certificate}.key`),
    });
    this.port = (this.#listener.addr as Deno.NetAddr).port;
    void this.#accept();
  }

  async #accept(): Promise<void> {
    try {
      while (true) void this.#serve(await this.#listener.accept());
    } catch {
      // Closed.
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    this.#connections.add(connection);
    this.open++;
    try {
      const request = await readRequest(connection);
      const path = request.split(" ")[1]?.split("?")[0] ?? "";
      const given = this.#answers[path] ?? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      if (given === "never") return void await connection.read(new Uint8Array(1));
      const answer = typeof given === "function" ? given(request) : given;
      await write(
        connection,
        typeof answer === "string" ? new TextEncoder().encode(answer) : answer,
      );
    } catch {
      // The other side left.
    } finally {
      this.open--;
      this.#connections.delete(connection);
      try {
        connection.close();
      } catch {
        // Closed at the end of the test.
      }
    }
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
  }
}

async function readRequest(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65536);
  let text = "";
  let bytes = 0;
  while (true) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error("no request");
    bytes += count;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
    // TLS, to a server that speaks none.
    if (text.startsWith("\x16")) return text;
    const head = text.indexOf("\r\n\r\n") + 4;
    if (head < 4) continue;
    const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
    if (bytes >= head + length) return text;
  }
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** An answer with a length. */
export function ok(body: string, headers = ""): string {
  const { length } = new TextEncoder().encode(body);
  return `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${length}\r\n\r\n${body}`;
}

/** A redirect. */
export function redirect(status: number, location: string): string {
  return `HTTP/1.1 ${status} Elsewhere\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;
}
