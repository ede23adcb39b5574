import { assertEquals, assertNotEquals } from "@std/assert";
import { Browser } from "../chromium.ts";
import { chromium, needs, packages } from "../tools.ts";
import { pageFiles } from "./client_library.ts";
import { startProgram } from "./program.ts";

const tools = needs(chromium, packages);

const files = {
  ...pageFiles(),
  "resources/dot.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`,
};

/** What becomes of an image of the app in a page of the development server. */
const imageOf = (port: number) =>
  `new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve("loaded");
    image.onerror = () => resolve("refused");
    image.src = "http://localhost:${port}/dot.svg";
  })`;

/** A front-end development server, as `neu` patches its page (contracts: Neutralino 9.2). */
function developmentServer(hostPort: () => number): Deno.HttpServer<Deno.NetAddr> {
  const library = pageFiles()["resources/neutralino.js"]!;
  const seen = pageFiles()["resources/seen.js"]!;
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    const script = (text: string) =>
      new Response(text, { headers: { "content-type": "text/javascript" } });
    if (pathname === "/lib.js") return script(library);
    if (pathname === "/seen.js") return script(seen);
    return new Response(
      `<!doctype html><title>dev</title>
       <script src="http://localhost:${hostPort()}/__neutralino_globals.js"></script>
       <script src="/lib.js"></script><script src="/seen.js"></script>`,
      { headers: { "content-type": "text/html" } },
    );
  });
}

Deno.test(
  "a page of the development server that --url names is a page of the app",
  tools,
  async () => {
    let hostPort = 0;
    await using server = developmentServer(() => hostPort);
    const url = `http://localhost:${server.addr.port}/`;
    await using program = await startProgram({ args: [`--url=${url}`], files });
    hostPort = program.port;
    await using browser = await Browser.start();
    const page = await browser.open(url);
    await page.until(`data("ready").length === 1`);
    assertEquals(
      await page.evaluate("Neutralino.app.getConfig().then(({ port }) => port)"),
      program.port,
    );
    assertEquals(await page.evaluate(imageOf(program.port)), "loaded");
  },
);

Deno.test("a page of any other server gets neither token nor connection", tools, async () => {
  let hostPort = 0;
  await using server = developmentServer(() => hostPort);
  await using program = await startProgram({ files });
  hostPort = program.port;
  await using browser = await Browser.start();
  const page = await browser.open(`http://localhost:${server.addr.port}/`);
  assertEquals(await page.evaluate("typeof NL_TOKEN"), "undefined");
  assertEquals(await page.evaluate(imageOf(program.port)), "refused");
  const token = program.auth.nlToken;
  assertNotEquals(token, "");
  assertEquals(
    await page.evaluate(`new Promise((resolve) => {
      const query = "?connectToken=${token.split(".")[1]}";
      const socket = new WebSocket("ws://localhost:${program.port}/" + query);
      socket.onopen = () => resolve("connected");
      socket.onerror = () => resolve("refused");
    })`),
    "refused",
  );
});
