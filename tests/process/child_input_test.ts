import { assert, assertEquals } from "@std/assert";
import { ChildInput } from "../../lib/process/child_input.ts";
import { HandClock } from "./hand_clock.ts";
import { until } from "./real_processes.ts";

/** A process that reads when it is told to. */
class Reader {
  text = "";
  ended = false;
  #decoder = new TextDecoder();
  #turn: PromiseWithResolvers<void>[] = [];
  #free = false;

  readonly stream = new WritableStream<Uint8Array>({
    write: async (bytes) => {
      if (!this.#free) {
        const turn = Promise.withResolvers<void>();
        this.#turn.push(turn);
        await turn.promise;
      }
      this.text += this.#decoder.decode(bytes, { stream: true });
    },
    close: () => void (this.ended = true),
  });

  /** Takes one piece. */
  async take(): Promise<void> {
    await until(() => this.#turn.length > 0, "something to take");
    this.#turn.shift()!.resolve();
  }

  takeAll(): void {
    this.#free = true;
    for (const { resolve } of this.#turn.splice(0)) resolve();
  }

  async die(): Promise<void> {
    await until(() => this.#turn.length > 0, "something to refuse");
    this.#turn.shift()!.reject(new Error("broken pipe"));
  }
}

/** Lets the seconds pass until a promise has settled. @returns with what, and after how many */
async function inTime<T>(clock: HandClock, promise: Promise<T>): Promise<[T, seconds: number]> {
  let settled = false;
  const done = () => void (settled = true);
  promise.then(done, done);
  for (let seconds = 0; seconds < 60; seconds++) {
    await turn();
    if (settled) return [await promise, seconds];
    clock.pass(1000);
  }
  throw new Error("not within a minute");
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("ChildInput writes in order and ends behind everything", async () => {
  const reader = new Reader();
  const input = new ChildInput(reader.stream);
  const large = "größer".repeat(50_000);
  const written = ["1", large, "", "2"].map((text) => input.write(text));
  input.end();
  assertEquals(await input.write("late"), false);
  reader.takeAll();
  assertEquals(await Promise.all(written), [true, true, true, true]);
  await until(() => reader.ended, "the end");
  assert(reader.text === `1${large}2`);
  input.end();
  input.abort();
});

Deno.test("ChildInput answers although nobody reads, up to its room", async () => {
  const reader = new Reader();
  const clock = new HandClock();
  const input = new ChildInput(reader.stream, { room: 10, clock });
  assertEquals(await inTime(clock, input.write("12345678")), [true, 1]);
  assertEquals(await inTime(clock, input.write("90abcdef")), [true, 1], "8 wait before it");
  assertEquals(await inTime(clock, input.write("no room")), [false, 10], "16 wait before it");
  reader.takeAll();
  assertEquals(await inTime(clock, input.write("!")), [true, 0]);
  assertEquals(reader.text, "1234567890abcdef!", "what was refused is not written");
  input.end();
});

Deno.test("ChildInput waits on for a process that is slow but reads", async () => {
  const reader = new Reader();
  const clock = new HandClock();
  const input = new ChildInput(reader.stream, { room: 0, clock });
  for (const text of ["a", "b", "c"]) void input.write(text);
  const last = input.write("d");
  for (let taken = 0; taken < 3; taken++) {
    // Each time almost as long as it has patience.
    for (let seconds = 0; seconds < 9; seconds++) {
      clock.pass(1000);
      await turn();
    }
    await reader.take();
    await turn();
  }
  assertEquals(await inTime(clock, last), [true, 1], "nothing waits before it any more");
  reader.takeAll();
  assertEquals(await input.write("e"), true);
  assertEquals(reader.text, "abcde");
  input.end();
});

Deno.test("ChildInput.write() is false once the process does not read any more", async () => {
  const reader = new Reader();
  const input = new ChildInput(reader.stream);
  const written = [input.write("a"), input.write("b")];
  await reader.die();
  assertEquals(await Promise.all(written), [false, false]);
  assertEquals(await input.write("c"), false);
  input.end();
  input.abort();
});
