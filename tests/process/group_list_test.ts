import { assertEquals, assertThrows } from "@std/assert";
import { relative } from "@std/path";
import { GroupList } from "../../lib/process/group_list.ts";
import { withFolder } from "./real_processes.ts";

const lines = ({ path }: GroupList) => Deno.readTextFileSync(path).split("\n").map((l) => l.trim());

Deno.test("GroupList has what was added and not removed, and uses lines again", async () => {
  await withFolder((folder) => {
    const list = GroupList.create([`${folder}/missing`, folder], [11, 4194304]);
    assertEquals(lines(list), ["11", "4194304", ""]);
    list.add(33);
    list.remove(11);
    list.remove(12);
    assertEquals(lines(list), ["", "4194304", "33", ""]);
    list.add(44);
    list.add(44);
    list.add(55);
    assertEquals(lines(list), ["44", "4194304", "33", "55", ""]);
    assertEquals(Deno.statSync(list.path).mode! & 0o777, 0o600);
    list.close();
    assertEquals([...Deno.readDirSync(folder)], []);
    return Promise.resolve();
  });
});

Deno.test("GroupList tells who works elsewhere where its file is, though TMPDIR is relative", async () => {
  await withFolder((folder) => {
    const list = GroupList.create([relative(Deno.cwd(), folder)], [11]);
    assertEquals(list.path.slice(0, list.path.lastIndexOf("/")), Deno.realPathSync(folder));
    list.close();
    assertEquals([...Deno.readDirSync(folder)], []);
    return Promise.resolve();
  });
});

Deno.test("GroupList without a folder that can be used names those it tried", async () => {
  await withFolder((folder) => {
    assertThrows(
      () => GroupList.create([`${folder}/a`, `${folder}/b`], []),
      Error,
      `"${folder}/b": No such file`,
    );
    assertThrows(() => GroupList.create([], []), Error, "no folder");
    return Promise.resolve();
  });
});
