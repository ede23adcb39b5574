import { assert, assertEquals, assertMatch } from "@std/assert";
import { Uploads, type UploadSession, type UploadsOptions } from "../../lib/airdcpp/uploads.ts";
import { RawConnection, rawRequest } from "../server/raw_http.ts";
import { needs, posix } from "../tools.ts";

const MAY: UploadSession = { ended: false, allows: () => true };
const MAY_NOT: UploadSession = { ended: false, allows: () => false };

/** A server that takes uploads from `session`. */
class UploadServer implements AsyncDisposable {
  readonly uploads: Uploads;
  readonly folder: string;
  readonly answers: Promise<Response>[] = [];
  session: UploadSession | undefined = MAY;
  readonly #root: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(options: UploadsOptions, files: Record<string, string> = {}) {
    this.#root = Deno.makeTempDirSync({ prefix: "outrigger-uploads-" });
    this.folder = `${this.#root}/uploads`;
    if (Object.keys(files).length > 0) Deno.mkdirSync(this.folder);
    for (const [name, text] of Object.entries(files)) {
      Deno.writeTextFileSync(`${this.folder}/${name}`, text);
    }
    this.uploads = new Uploads(this.folder, options);
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const answer = this.uploads.handle(request, this.session);
      this.answers.push(answer);
      return answer;
    });
  }

  get port(): number {
    return this.#server.addr.port;
  }

  get names(): string[] {
    try {
      return [...Deno.readDirSync(this.folder)].map(({ name }) => name);
    } catch {
      return [];
    }
  }

  async send(body: BodyInit | null, method = "POST") {
    const response = await fetch(`http://127.0.0.1:${this.port}/temp`, { method, body });
    const text = await response.text();
    const { message = "" } = text === "" ? {} : JSON.parse(text);
    return { status: response.status, id: response.headers.get("location") ?? "", message };
  }

  /** A request of which only the head and `body` are sent; close it to break it off. */
  async begin(body: string, length = 1000): Promise<RawConnection> {
    const connection = await RawConnection.connect(this.port);
    await connection.send("POST /temp HTTP/1.1", "Host: x", `Content-Length: ${length}`);
    if (body !== "") await connection.send(body);
    await this.until(() => this.names.length > 0);
    return connection;
  }

  async until(condition: () => boolean): Promise<void> {
    for (const end = Date.now() + 10_000; !condition();) {
      assert(Date.now() < end, `within 10 s: ${condition}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.uploads.close();
    await this.#server.shutdown();
    await Deno.remove(this.#root, { recursive: true });
  }
}

Deno.test("Uploads.handle() stores a file and answers 201 with its id", async () => {
  await using server = new UploadServer({});
  const content = crypto.getRandomValues(new Uint8Array(60_000));
  const { status, id } = await server.send(content);
  assertEquals(status, 201);
  // 49 characters of 6 bits.
  assertMatch(id, /^[\w-]{49}$/);
  assertEquals(server.names.length, 1);
  assert(!server.names[0]!.includes(id) && !id.includes(server.names[0]!));
  const path = server.uploads.take(id)!;
  assertEquals(await Deno.readFile(path), content);
  await Deno.remove(path);
});

Deno.test("Uploads.handle() makes files that are for this user alone", needs(posix), async () => {
  await using server = new UploadServer({});
  const { id } = await server.send("x");
  assertEquals((await Deno.stat(server.folder)).mode! & 0o777, 0o700);
  assertEquals((await Deno.stat(server.uploads.take(id)!)).mode! & 0o777, 0o600);
});

Deno.test("Uploads.take() gives a file out once, and nothing for other ids", async () => {
  await using server = new UploadServer({});
  const first = await server.send("1");
  const second = await server.send("2");
  assert(first.id !== second.id);
  for (const id of ["", "x", "../x", server.names[0]!, "__proto__"]) {
    assertEquals(server.uploads.take(id), undefined, id);
  }
  assertEquals(await Deno.readTextFile(server.uploads.take(second.id)!), "2");
  assertEquals(server.uploads.take(second.id), undefined);
  assertEquals(await Deno.readTextFile(server.uploads.take(first.id)!), "1");
});

for (
  const [what, session, method, body, status] of [
    ["no session", undefined, "POST", "x", 401],
    ["a session without filesystem_edit", MAY_NOT, "POST", "x", 403],
    ["a session that has ended", { ...MAY, ended: true }, "POST", "x", 401],
    ["GET", MAY, "GET", null, 405],
    ["PUT", MAY, "PUT", "x", 405],
    ["an empty body", MAY, "POST", "", 400],
    ["no body", MAY, "POST", null, 400],
    ["a length above the bound", MAY, "POST", "x".repeat(2001), 413],
  ] as const
) {
  Deno.test(`Uploads.handle() answers ${what} with ${status} and stores nothing`, async () => {
    await using server = new UploadServer({ maxBytes: 2000 });
    server.session = session;
    const answer = await server.send(body, method);
    assertEquals([answer.status, answer.id], [status, ""]);
    assert(answer.message.length > 5);
    assertEquals(server.names, []);
  });
}

Deno.test("Uploads.handle() answers from the head alone where that says enough", async () => {
  await using server = new UploadServer({ maxBytes: 2000 });
  const head = (length: number) => [
    "POST /temp HTTP/1.1",
    "Host: x",
    `Content-Length: ${length}`,
  ];
  assertEquals((await rawRequest(server.port, ...head(2001))).status, 413);
  await server.uploads.close();
  assertEquals((await rawRequest(server.port, ...head(2000))).status, 503);
});

Deno.test("Uploads.handle() takes what is exactly as large as allowed", async () => {
  await using server = new UploadServer({ maxBytes: 2000 });
  assertEquals((await server.send("x".repeat(2000))).status, 201);
});

Deno.test("Uploads.handle() counts what comes, whatever was announced", async () => {
  await using server = new UploadServer({ maxBytes: 2000 });
  const parts = ReadableStream.from([new Uint8Array(1500), new Uint8Array(1500)]);
  assertEquals((await server.send(parts)).status, 413);
  assertEquals(server.names, []);
});

Deno.test("Uploads.handle() refuses more files than allowed, those on their way included", async () => {
  await using server = new UploadServer({ maxFiles: 2 });
  const { id } = await server.send("1");
  {
    using coming = await server.begin("part");
    assert(coming);
    await server.until(() => server.names.length === 2);
    assertEquals((await server.send("3")).status, 503);
  }
  await Promise.all(server.answers);
  await Deno.remove(server.uploads.take(id)!);
  assertEquals((await server.send("4")).status, 201);
  assertEquals((await server.send("5")).status, 201);
  assertEquals((await server.send("6")).status, 503);
});

Deno.test("Uploads.handle() leaves nothing of a file that breaks off", async () => {
  await using server = new UploadServer({});
  {
    using connection = await server.begin("part");
    assert(connection);
  }
  assertEquals((await server.answers[0]!).status, 400);
  assertEquals(server.names, []);
});

Deno.test("Uploads.handle() gives a file up that does not come on", async () => {
  await using server = new UploadServer({ stallMs: 50 });
  for (const [at, part] of ["part", ""].entries()) {
    using connection = await server.begin(part);
    assertEquals((await server.answers[at]!).status, 408);
    assertEquals(server.names, []);
    assert(connection);
  }
});

Deno.test("Uploads.handle() gives a file up that comes drop by drop", async () => {
  await using server = new UploadServer({ stallMs: 5000, totalMs: 150 });
  using connection = await server.begin("part");
  let answered = false;
  void server.answers[0]!.then(() => answered = true);
  while (!answered) {
    await connection.send("x").catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals((await server.answers[0]!).status, 408);
  assertEquals(server.names, []);
});

Deno.test("Uploads.handle() asks the session again when the file is there", async () => {
  await using server = new UploadServer({});
  let ended = false;
  server.session = {
    get ended() {
      return ended;
    },
    allows: () => true,
  };
  using connection = await server.begin("", 4);
  ended = true;
  await connection.send();
  await connection.send();
  assertEquals((await server.answers[0]!).status, 401);
  assertEquals(server.names, []);
});

Deno.test("Uploads keeps a file for so long only", async () => {
  await using server = new UploadServer({ keepMs: 60 });
  const { id } = await server.send("x");
  await server.until(() => server.names.length === 0);
  assertEquals(server.uploads.take(id), undefined);
});

Deno.test("Uploads.close() removes what is there and ends what is on its way", async () => {
  const server = new UploadServer({});
  try {
    await server.send("x");
    using connection = await server.begin("part");
    await server.until(() => server.names.length === 2);
    await server.uploads.close();
    assertEquals(server.names, []);
    assertEquals((await server.answers[1]!).status, 503);
    assertEquals((await server.send("x")).status, 503);
    assert(connection);
  } finally {
    await server[Symbol.asyncDispose]();
  }
});

Deno.test("Uploads removes what a killed host left behind, and nothing else", async () => {
  const old = `upload-${"a".repeat(32)}`;
  const young = `upload-${"b".repeat(32)}`;
  await using server = new UploadServer({}, { [old]: "", [young]: "", "mine.txt": "" });
  const longAgo = new Date(Date.now() - 3_600_000);
  await Deno.utime(`${server.folder}/${old}`, longAgo, longAgo);
  await Deno.utime(`${server.folder}/mine.txt`, longAgo, longAgo);
  await server.send("x");
  assert(!server.names.includes(old));
  assert(server.names.includes(young) && server.names.includes("mine.txt"));
});

Deno.test("Uploads.handle() answers 507 when it cannot write, without a path", async () => {
  await using server = new UploadServer({}, { x: "" });
  await Deno.remove(server.folder, { recursive: true });
  await Deno.writeTextFile(server.folder, "a file where the folder should be");
  const { status, message } = await server.send("x");
  assertEquals(status, 507);
  assert(!message.includes(server.folder));
});
