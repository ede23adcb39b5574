import { assertEquals } from "@std/assert";
import { RestartPolicy, type RestartSettings } from "../../lib/extensions/restart_policy.ts";

const SETTINGS: RestartSettings = {
  restart: "on-failure",
  restartDelayMs: 1000,
  maxRestarts: 5,
  restartWindowMs: 300_000,
};

/** A policy whose clock the test turns. */
function policy(settings: Partial<RestartSettings> = {}, random = 0.5) {
  const clock = { now: 0 };
  const made = new RestartPolicy({ ...SETTINGS, ...settings }, {
    now: () => clock.now,
    random: () => random,
  });
  const crash = (code: number | undefined = 1, connectedMs = 0) =>
    made.decide({ code, reason: "it ended", connectedMs });
  return { clock, made, crash };
}

/** The wait before a restart; what follows instead. */
const waitOf = (verdict: ReturnType<RestartPolicy["decide"]>) =>
  verdict.next === "restart" ? verdict.delayMs : verdict.next;

Deno.test("RestartPolicy doubles its wait up to a minute", () => {
  const { crash } = policy({ maxRestarts: 100 });
  const waits = Array.from({ length: 9 }, () => waitOf(crash()));
  assertEquals(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

Deno.test("RestartPolicy's jitter is a quarter each way, and a minute is the most", () => {
  for (const [random, first] of [[0, 750], [0.999999, 1250]] as const) {
    const { crash } = policy({ maxRestarts: 100 }, random);
    assertEquals(waitOf(crash()), first);
    const waits = Array.from({ length: 10 }, () => waitOf(crash()) as number);
    assertEquals(Math.max(...waits), Math.min(60_000, 60_000 * (0.75 + random / 2)));
  }
});

Deno.test("RestartPolicy gives up after so many within the window, and only within it", () => {
  const { clock, crash } = policy({ maxRestarts: 2 });
  assertEquals([waitOf(crash()), waitOf(crash()), waitOf(crash())], [1000, 2000, "failed"]);
  clock.now = 299_999;
  assertEquals(waitOf(crash()), "failed");
  clock.now = 300_000;
  assertEquals(waitOf(crash()), 4000);
});

Deno.test("RestartPolicy forgets what was before a healthy run, or a start by hand", () => {
  const { made, crash } = policy({ maxRestarts: 2 });
  crash();
  crash();
  assertEquals(waitOf(crash(1, 59_999)), "failed");
  assertEquals(waitOf(crash(1, 60_000)), 1000);
  assertEquals(made.restarts, 1);
  crash();
  made.reset();
  assertEquals([made.restarts, waitOf(crash())], [0, 1000]);
});

Deno.test("RestartPolicy does not make one wait longer that asked for its restart", () => {
  const { crash } = policy({ maxRestarts: 100 });
  assertEquals([74, 75, 124, 74].map((code) => waitOf(crash(code))), [1000, 1000, 1000, 1000]);
});

Deno.test("RestartPolicy counts one that could not be started as a failure", () => {
  assertEquals(waitOf(policy().crash(undefined)), 1000);
  assertEquals(waitOf(policy({ restart: "never" }).crash(undefined)), "failed");
});

Deno.test("RestartPolicy starts a package again only when it asks, and never sooner than said", () => {
  for (const random of [0, 0.999999]) {
    const { crash } = policy({ restart: "when-asked", restartDelayMs: 3000 }, random);
    const waits = [74, 75, 124].map((code) => waitOf(crash(code)) as number);
    const jitter = 1 + random / 4;
    assertEquals(waits, [3000 * jitter, 6000 * jitter, 12_000 * jitter].map(Math.round));
  }
  const { crash } = policy({ restart: "when-asked" });
  assertEquals([0, 1, 69, 137, undefined].map((code) => waitOf(crash(code))), [
    "stopped",
    "failed",
    "failed",
    "failed",
    "failed",
  ]);
});
