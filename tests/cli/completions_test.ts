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
    for (const line of text.replaceAll("\\'", "").split("\n")) {
      assert(line.split("'").length % 2 === 1, line);
    }
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
  assertStringIncludes(zsh, "        pack) _outrigger_add '--to=' '--json' '-h' '--help' ;;");
  assertStringIncludes(zsh, `'logs:Print the log of an extension; without ID, the host'\\''s'`);
  assertStringIncludes(
    zsh,
    `    completions) _outrigger_add 'bash' 'zsh' 'fish' '--json' '-h' '--help' ;;`,
  );
});

Deno.test({
  name: "completions fish completes commands, values and packages as files, and says what they are",
  ignore: !await shellThere("fish"),
  async fn() {
    const text = await completionsFor("fish");
    const complete = async (line: string) => {
      // Nothing is completed for a program that is not there.
      const script = `function outrigger; end\n${text}\ncomplete -C '${line}'`;
      const args = ["--no-config", "-c", script];
      const { stdout } = await new Deno.Command("fish", { args, stdin: "null" }).output();
      return new TextDecoder().decode(stdout).trim().split("\n");
    };
    assertEquals(await complete("outrigger log"), [
      "logs\tPrint the log of an extension; without ID, the host's",
    ]);
    assertEquals(await complete("outrigger logs --li"), [
      "--lines\tSo many of the last lines. Default: 20",
    ]);
    for (const before of ["status --path=", "ext pack ", "ext install "]) {
      const [found = ""] = await complete(`outrigger ${before}/et`);
      assertStringIncludes(found, "/etc");
    }
  },
});

Deno.test({
  name: "completions zsh puts nothing between a flag and its value, and completes that as a file",
  ignore: !await shellThere("zsh"),
  async fn() {
    const text = await completionsFor("zsh");
    // What the shell gives completions with, as far as they use it.
    const complete = async (...words: string[]) => {
      const script = `typeset -A compstate; compstate[nmatches]=0
compdef() { : }
compadd() { print -r -- add "$@" }
_files() { print files }
compset() { [[ \${words[CURRENT]} == \${~2}* ]] }
${text}
words=(outrigger ${words.map((word) => `'${word}'`).join(" ")}); CURRENT=\${#words}
_outrigger`;
      const { stdout } = await new Deno.Command("zsh", { args: ["-f", "-c", script] }).output();
      return new TextDecoder().decode(stdout).trim().split("\n");
    };
    assertEquals(await complete("status", "--pa"), [
      "add -S  -- --path=",
      "add -- --json -h --help",
      "files",
    ]);
    assertEquals(await complete("status", "--path=/tm"), ["files"]);
    assertEquals(await complete("--path=/tm"), ["files"]);
  },
});
