/**
 * A supervisor under random treatment, held against what must be true of it at any time.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Credentials } from "../../lib/auth/credentials.ts";
import { Grant } from "../../lib/auth/grant.ts";
import { ENTRY_DEFAULTS } from "../../lib/config/extensions.ts";
import type { Client } from "../../lib/hub/hub.ts";
import { Hub } from "../../lib/hub/hub.ts";
import type { StateChange } from "../../lib/extensions/state_change.ts";
import { Supervisor } from "../../lib/extensions/supervisor.ts";
import type { RunningProgram } from "../../lib/extensions/kind.ts";
import { Children } from "../../lib/process/children.ts";
import { createMasker } from "../../lib/process/mask.ts";
import type { GroupStatus } from "../../lib/process/process_group.ts";

const SEQUENCES = 10_000;
const STEPS = 12;
const ID = "x";

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
function randomFrom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

class FakeProgram implements RunningProgram {
  readonly pid: number;
  readonly status: Promise<GroupStatus>;
  readonly gone: Promise<void>;
  alive = true;
  readonly #resolve: (status: GroupStatus) => void;

  readonly #turns: number;

  /** @param turns of the event loop that it takes to end when it is asked to */
  constructor(pid: number, turns: number) {
    this.pid = pid;
    this.#turns = turns;
    const { promise, resolve } = Promise.withResolvers<GroupStatus>();
    this.#resolve = resolve;
    this.status = promise;
    this.gone = promise.then(() => {});
  }

  exit(code: number, signal: Deno.Signal | null = null): void {
    this.alive = false;
    this.#resolve({ code, signal });
  }

  async stop(): Promise<void> {
    for (let i = 0; i < this.#turns; i++) await settle();
    this.exit(143, "SIGTERM");
    await this.gone;
  }

  lastErrors(): string[] {
    return [];
  }

  write(): boolean {
    return false;
  }

  endInput(): void {}

  interrupt(): void {}
}

class FakeClient implements Client {
  readonly extensionId = ID;
  readonly queuedBytes = 0;
  readonly traffic = { framesIn: 0, framesOut: 0, sizeIn: 0, sizeOut: 0 };
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  allows(): boolean {
    return true;
  }

  deliver(): void {}

  close(): void {
    this.#hub.leave(this);
  }
}

const LOG = { info() {}, warning() {}, error() {}, debug() {} };
const WATCHDOG = { add() {}, remove() {}, close: () => Promise.resolve() };
/** Ways from one state to another that a reader of the issue would name. */
const ALLOWED = new Set([
  "stopped starting",
  "stopped connected",
  "starting starting",
  "starting connected",
  "starting stopped",
  "starting restarting",
  "starting failed",
  "starting stopping",
  "connected starting",
  "connected stopped",
  "connected restarting",
  "connected failed",
  "connected stopping",
  "restarting starting",
  "restarting connected",
  "restarting stopped",
  "failed starting",
  "failed stopped",
  "failed connected",
  "stopping stopped",
]);

/** Lets everything that is due happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

async function sequence(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const pick = <T>(...choices: T[]): T => choices[Math.floor(random() * choices.length)]!;
  const programs: FakeProgram[] = [];
  const changes: StateChange[] = [];
  const done: string[] = [];
  let broken = true;
  const grant = new Grant([]);
  const credentials = new Credentials(grant);
  const hub = new Hub({ maxQueuedEvents: 1, maxQueuedBytes: 1, maxQueuedMs: 1 });
  const restart = pick("never", "on-failure", "always");
  const maxRestarts = pick(1, 2, 50);
  const supervisor = new Supervisor(
    { ...ENTRY_DEFAULTS, id: ID, command: "c", restart, restartDelayMs: 1, maxRestarts },
    {
      credentials,
      hub,
      log: LOG,
      masker: createMasker(),
      watchdog: WATCHDOG,
      children: new Children(),
      relay: () => {},
      authInfoExported: true,
      port: () => 1,
      sandboxPort: () => Promise.resolve(2),
      onChange: (change) => changes.push(change),
      begin() {
        if (broken && random() < 0.1) throw new Error("no more processes");
        programs.push(new FakeProgram(programs.length + 1, Math.floor(random() * 3)));
        return { process: programs.at(-1)!, handshake: "both" };
      },
    },
    { grant },
  );
  hub.observe({ joined: () => supervisor.connected(), left: (_, how) => supervisor.left(how) });
  const alive = () => programs.filter(({ alive }) => alive);
  const pending: Promise<unknown>[] = [];
  const steps: Record<string, () => void> = {
    start: () => pending.push(supervisor.start("test")),
    stop: () => pending.push(supervisor.stop("test")),
    connect: () => {
      if (!hub.isConnected(ID)) hub.join(new FakeClient(hub));
    },
    leave: () => hub.disconnect(ID, 1000, ""),
    exit: () => alive().at(-1)?.exit(pick(0, 1, 74)),
    crash: () => alive().at(-1)?.exit(137, "SIGKILL"),
    wait: () => {},
  };
  try {
    for (let i = 0; i < STEPS; i++) {
      const step = pick(...Object.keys(steps));
      done.push(step);
      steps[step]!();
      if (random() < 0.7) await settle();
      const { state } = supervisor;
      assert(alive().length <= 1, "two processes run at once");
      if (random() < 0.3) {
        await settle();
        await settle();
        if (["stopped", "failed"].includes(state) && supervisor.state === state) {
          assertEquals(alive().length, 0, `a process runs in state ${state}`);
        }
      }
    }
    // Whatever went before: a start brings a process, and a stop ends everything.
    await Promise.all(pending);
    await supervisor.stop("end");
    assertEquals([alive().length, supervisor.state], [0, "stopped"]);
    broken = false;
    const stopped = supervisor.stop("again");
    await supervisor.start("again");
    await stopped;
    assertEquals([alive().length, supervisor.state], [1, "starting"]);
    const late = supervisor.stop("end");
    const restarted = supervisor.start("right behind");
    await Promise.all([late, restarted]);
    assertEquals([alive().length, supervisor.state], [1, "starting"]);
    alive()[0]!.exit(3);
    await settle();
    assertEquals(supervisor.state, restart === "never" ? "failed" : "restarting");
    if (restart !== "never") {
      while (supervisor.state === "restarting") await settle();
      assertEquals([alive().length, supervisor.state], [1, "starting"]);
    }
    await supervisor.stop("end");
    assertEquals([alive().length, supervisor.state], [0, "stopped"]);
    let last: string | undefined;
    for (const { from, to, exitCode, restarts } of changes) {
      assert(ALLOWED.has(`${from} ${to}`), `${from} to ${to}`);
      assertEquals(from, last ?? from, "a change begins where the last one ended");
      last = to;
      if (to === "restarting") assert(restart !== "never" && restarts >= 1, "no restart was due");
      if (to === "failed") assert(exitCode === null || exitCode !== 0 || restart === "always");
    }
  } catch (error) {
    throw new Error(`seed ${seed}, ${restart}: ${done.join(" ")}: ${(error as Error).message}`);
  } finally {
    hub.closeAll(1000, "");
    await supervisor.close();
  }
}

Deno.test("a supervisor keeps its promises over 10,000 random sequences", async () => {
  const first = Math.floor(Math.random() * 2 ** 31);
  for (let i = 0; i < SEQUENCES; i += 200) {
    await Promise.all(Array.from({ length: 200 }, (_, j) => sequence(first + i + j)));
  }
});
