/** Modules of file sharing, strict and compat (14.4). */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { membersOf } from "./api_client.ts";
import { startFullDoor } from "./host_parts.ts";

const MODULES = "adc_commands connectivity favorite_directories favorite_hubs filelists " +
  "filesystem hash histories hubs private_chat queue search share share_profiles share_roots " +
  "transfers users view_files";

const CASES: [request: string, compat: number][] = [
  ["GET share_roots", 200],
  ["POST hubs/listeners/hub_message", 204],
  ["DELETE hubs/listeners/hub_message", 204],
  ["POST hubs/1/listeners/hub_message", 204],
  ["POST queue/hooks/queue_bundle_finished_hook", 204],
  ["DELETE queue/hooks/queue_bundle_finished_hook", 204],
  ["POST share/listeners/x/1", 204],
  ["GET queue/hooks/queue_bundle_finished_hook", 404],
  ["GET hubs/1", 404],
  ["POST hubs", 404],
  ["POST search", 404],
  ["PATCH hubs/listeners/x", 404],
  ["POST hubs/listeners", 404],
  ["POST hubs/1/2/listeners/x", 404],
  ["GET nonsense", 404],
  ["POST nonsense/listeners/x", 404],
  ["POST __proto__/listeners/x", 404],
];

for (const [request, status] of CASES) {
  Deno.test(`${request}: 404 when strict, ${status} when compat`, async () => {
    await using strict = await startFullDoor();
    await using compat = await startFullDoor({ compat: true });
    assertEquals((await (await strict.connect()).ask(request)).status, 404);
    const answer = await (await compat.connect()).ask(request);
    assertEquals(answer.status, status);
    if (status === 200) assertEquals(answer.data, []);
    const stranger = await compat.open();
    assertEquals((await stranger.ask(request)).status, 401);
  });
}

for (const compat of [true, false]) {
  Deno.test(`each module is reported once when ${compat ? "compat" : "strict"}`, async () => {
    await using door = await startFullDoor({ compat });
    const socket = await door.connect();
    const modules = MODULES.split(" ");
    for (const module of [...modules, ...modules]) {
      assertEquals((await socket.ask(`GET ${module}`)).status, compat ? 200 : 404, module);
      await socket.ask(`POST ${module}/listeners/x`);
    }
    await socket.ask("GET nonsense");
    assertEquals(door.reports.length, modules.length);
    assertEquals(door.reports.every((line) => line.includes('"compat"')), !compat);
  });
}

Deno.test("who is refused is told which module is not there", async () => {
  await using door = await startFullDoor();
  const answer = await (await door.connect()).ask("POST hubs/listeners/hub_message");
  assertStringIncludes(membersOf(answer).message as string, '"hubs"');
});
