import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Terminal } from "../../lib/cli/command.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { FLAGS } from "../../lib/config/flags.ts";

class Recorder extends Terminal {
  text = "";
  override print(text: string): void {
    this.text += text + "\n";
  }
}

async function completionsFor(shell: string): Promise<string> {
  const terminal = new Recorder(false);
  const command = COMMANDS.find(({ name }) => name === "completions")!;
  const input = {
    words: [shell],
    flag: () => false,
    text: () => undefined,
    number: () => undefined,
  };
  await command.run(input, terminal);
  return terminal.text;
}

async function shellThere(name: string): Promise<boolean> {
  try {
    return (await new Deno.Command(name, { args: ["-c", ":"], stdin: "null" }).output()).success;
  } catch {
    return false;
  }
}

for (const shell of ["bash", "zsh", "fish"]) {
  Deno.test(`completions ${shell} names every command and flag, and can be read by the shell`, async () => {
    const text = await completionsFor(shell);
    for (const { name } of COMMANDS) assertStringIncludes(text, name);
    for (const { name } of FLAGS) assertStringIncludes(text, name);
    // Quotes come in pairs: nothing of a description ends one.
    for (const line of text.split("\n")) assert(line.split("'").length % 2 === 1, line);
    if (!await shellThere(shell)) return;
    const child = new Deno.Command(shell, { args: ["-n"], stdin: "piped", stderr: "piped" })
      .spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
    const { success, stderr } = await child.output();
    assert(success, new TextDecoder().decode(stderr));
  });
}

Deno.test({
  name: "completions bash completes commands, their flags, and values as files",
  ignore: !await shellThere("bash"),
  async fn() {
    const text = await completionsFor("bash");
    const complete = async (...words: string[]) => {
      const line = words.map((word) => `'${word}'`).join(" ");
      const script = `compopt() { :; }\n${text}\nCOMP_WORDS=(outrigger ${line})\n` +
        `COMP_CWORD=${words.length}\n_outrigger\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await new Deno.Command("bash", { args: ["-c", script], stdin: "null" })
        .output();
      return new TextDecoder().decode(stdout).trim().split("\n");
    };
    assertEquals(await complete("st"), ["status"]);
    assertEquals(await complete("logs", "--f"), ["--follow"]);
    assertEquals(await complete("completions", ""), [
      "bash",
      "zsh",
      "fish",
      "--json",
      "-h",
      "--help",
    ]);
    assertEquals(await complete("ext", "up"), ["update"]);
    assertEquals(await complete("ext", "update"), ["update"]);
    assertEquals(await complete("user", ""), ["add", "list", "remove", "--json", "-h", "--help"]);
    assertEquals(await complete("ext", "update", "--a"), ["--all"]);
    assertEquals(await complete("ext", "logs", "--st"), ["--stderr"]);
    assertEquals(await complete("ext", "update", "st"), [""]);
    assertEquals(await complete("--window-ti"), ["--window-title="]);
    assertEquals(await complete("status", "--path", "="), [""]);
  },
});

Deno.test("completions fish and zsh say what a command does", async () => {
  const fish = await completionsFor("fish");
  assertStringIncludes(fish, `-a status -d 'Show the running host and its extensions'`);
  assertStringIncludes(
    fish,
    `complete -c outrigger -n "__fish_seen_subcommand_from logs" -l lines -s n -r -d `,
  );
  assertStringIncludes(
    fish,
    `complete -c outrigger -n "__fish_seen_subcommand_from ext; and __fish_seen_subcommand_from ` +
      `logs" -l stderr -d `,
  );
  assertStringIncludes(fish, "-a remove -d 'Stop packages and remove them");
  const zsh = await completionsFor("zsh");
  assertStringIncludes(zsh, "        pack) compadd -- '--to=' '--json' '-h' '--help' ;;");
  assertStringIncludes(zsh, `'logs:Print the log of an extension; without ID, the host`);
  assertStringIncludes(
    zsh,
    `    completions) compadd -- 'bash' 'zsh' 'fish' '--json' '-h' '--help' ;;`,
  );
});
