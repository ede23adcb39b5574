import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { AuthInfoFile } from "../../lib/auth/auth_info.ts";
import { createCredential } from "../../lib/auth/token.ts";

const POSIX = Deno.build.os !== "windows";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function options() {
  return { port: 4711, credential: createCredential() };
}

Deno.test("AuthInfoFile.write() writes the keys of both generations", () =>
  inFolder(async (folder) => {
    const given = options();
    const file = AuthInfoFile.write(join(folder, ".tmp"), given);
    const { accessToken, connectToken } = given.credential;
    assertEquals(JSON.parse(await Deno.readTextFile(file.path)), {
      nlPort: 4711,
      nlToken: accessToken,
      nlConnectToken: connectToken,
      port: 4711,
      accessToken,
    });
  }));

Deno.test({
  name: "AuthInfoFile.write() makes the folder 0700 and the file 0600, also where they were wider",
  ignore: !POSIX,
  fn: () =>
    inFolder(async (folder) => {
      const temp = join(folder, ".tmp");
      await Deno.mkdir(temp, { mode: 0o755 });
      await Deno.chmod(temp, 0o755);
      await Deno.writeTextFile(join(temp, "auth_info.json"), "stale", { mode: 0o644 });
      const file = AuthInfoFile.write(temp, options());
      assertEquals((await Deno.stat(temp)).mode! & 0o777, 0o700);
      assertEquals((await Deno.stat(file.path)).mode! & 0o777, 0o600);
    }),
});

Deno.test({
  name: "AuthInfoFile.write() refuses a folder that is a link",
  ignore: !POSIX,
  fn: () =>
    inFolder(async (folder) => {
      const elsewhere = join(folder, "elsewhere");
      await Deno.mkdir(elsewhere);
      await Deno.symlink(elsewhere, join(folder, ".tmp"));
      assertThrows(() => AuthInfoFile.write(join(folder, ".tmp"), options()), Error, "link");
      assertEquals([...Deno.readDirSync(elsewhere)], []);
    }),
});

Deno.test({
  name: "AuthInfoFile.write() replaces a link at the file's place instead of writing through it",
  ignore: !POSIX,
  fn: () =>
    inFolder(async (folder) => {
      const target = join(folder, "victim");
      await Deno.writeTextFile(target, "untouched");
      const temp = join(folder, ".tmp");
      await Deno.mkdir(temp);
      await Deno.symlink(target, join(temp, "auth_info.json"));
      const file = AuthInfoFile.write(temp, options());
      assertEquals(await Deno.readTextFile(target), "untouched");
      assertEquals((await Deno.lstat(file.path)).isSymlink, false);
    }),
});

Deno.test("AuthInfoFile.write() leaves nothing behind but the file", () =>
  inFolder(async (folder) => {
    const temp = join(folder, ".tmp");
    const file = AuthInfoFile.write(temp, options());
    assertEquals([...Deno.readDirSync(temp)].map(({ name }) => name), ["auth_info.json"]);
    await file.remove();
    assertEquals([...Deno.readDirSync(temp)], []);
  }));

Deno.test("AuthInfoFile.remove() leaves the file of another host alone", () =>
  inFolder(async (folder) => {
    const temp = join(folder, ".tmp");
    const first = AuthInfoFile.write(temp, options());
    const second = AuthInfoFile.write(temp, options());
    await first.remove();
    await Deno.stat(second.path);
    await second.remove();
    await second.remove();
  }));
