import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { startHost } from "../lib/mod.ts";
import { LineWriter } from "../lib/line_writer.ts";
import { HostLog, type LogOptions } from "../lib/log.ts";

function recorded(options: Partial<LogOptions> = {}) {
  let text = "";
  const decoder = new TextDecoder();
  const sink = {
    write(bytes: Uint8Array) {
      text += decoder.decode(bytes);
      return Promise.resolve(bytes.length);
    },
  };
  const log = new HostLog({
    out: new LineWriter(sink),
    origin: "me@here",
    now: () => new Date(2026, 0, 2, 3, 4, 5, 67).getTime(),
    ...options,
  });
  const read = async () => {
    await log.flush(1000);
    return text;
  };
  return { log, read };
}

Deno.test("HostLog writes the line format of section 1.8", async () => {
  const { log, read } = recorded();
  log.info("hello");
  log.error("bad");
  assertEquals(
    await read(),
    "INFO 2026-01-02 03:04:05,067 hello outrigger:1 me@here\n" +
      "ERROR 2026-01-02 03:04:05,067 bad outrigger:1 me@here\n",
  );
});

Deno.test("HostLog indents further lines, so that a message cannot look like a record", async () => {
  const { log, read } = recorded();
  log.info("one\nERROR 2026 two\r\nthree\rfour");
  const lines = (await read()).split("\n");
  assertEquals(lines.length, 5);
  for (const line of lines.slice(1, 4)) assertMatch(line, /^ {4}/);
});

Deno.test("HostLog.debug() writes only where asked for", async () => {
  const quiet = recorded();
  quiet.log.debug("x");
  assertEquals(await quiet.read(), "");
  const verbose = recorded({ verbose: true });
  verbose.log.debug("x");
  assertMatch(await verbose.read(), /^DEBUG .* x /);
});

Deno.test("HostLog masks records, and relays output while records are off", async () => {
  const { log, read } = recorded();
  log.mask = (text) => text.replaceAll("secret", "***");
  log.info("a secret");
  log.enabled = false;
  log.info("not written");
  log.relay("js.x", "line", "stdout");
  assertEquals(
    await read(),
    "INFO 2026-01-02 03:04:05,067 a *** outrigger:1 me@here\n[js.x] line\n",
  );
});

Deno.test("HostLog.take() adds secrets to those of its owner, for one host at a time", async () => {
  const { log, read } = recorded();
  log.mask = (text) => text.replaceAll("mine", "***");
  const giveBack = log.take((text) => text.replaceAll("secret", "***"));
  log.info("mine and secret");
  assertThrows(() => log.take((text) => text), TypeError, "two hosts");
  giveBack();
  log.info("mine, no secret");
  log.take((text) => text)();
  assertEquals(
    (await read()).replaceAll(/INFO 2026-01-02 03:04:05,067 | outrigger:1 me@here/g, ""),
    "*** and ***\n***, no secret\n",
  );
});

Deno.test("a log serves one host after the other, and never two", async () => {
  const { log, read } = recorded();
  const args = ["--enable-server", "--logging-write-to-log-file=false"];
  const start = () => startHost({ args, show: false, log });
  const first = await start();
  await assertRejects(start, TypeError, "two hosts");
  log.info(`token ${first.tokens.page}`);
  await first.stop();
  const second = await start();
  log.info(`token ${second.tokens.page}`);
  await second.stop();
  assertEquals([...(await read()).matchAll(/token (\S+)/g)].map(([, word]) => word), [
    "***",
    "***",
  ]);
});
