/**
 * `outrigger completions`: what shells need to complete the commands and flags.
 *
 * @module
 */

import { FLAGS } from "../config/flags.ts";
import { type Command, CommandError, COMMON, EXIT } from "./command.ts";

/** What can be completed. */
interface Words {
  /** In the order of the help, this command itself included. */
  commands: readonly Pick<Command, "name" | "words" | "summary" | "options" | "commands">[];
  /** Of a host that is started, with `=` where a value follows. */
  flags: readonly { name: string; description: string }[];
}

const SHELLS = new Map([["bash", bash], ["zsh", zsh], ["fish", fish]]);

/** The command. @param others the commands beside it */
export function completions(others: readonly Command[]): Command {
  const command: Command = {
    name: "completions",
    words: "bash|zsh|fish",
    count: [1, 1],
    summary: "Print completions for a shell",
    details: `
  bash: eval "$(outrigger completions bash)"    in ~/.bashrc
  zsh:  eval "$(outrigger completions zsh)"     in ~/.zshrc, behind compinit
  fish: outrigger completions fish > ~/.config/fish/completions/outrigger.fish`,
    options: [],
    run({ words: [shell = ""] }, terminal) {
      const print = SHELLS.get(shell);
      if (print === undefined) {
        const known = [...SHELLS.keys()].join(", ");
        const message = `No completions for ${JSON.stringify(shell)}: there are ${known}`;
        return Promise.reject(new CommandError(message, EXIT.usage));
      }
      terminal.print(print({ commands: [...others, command], flags: flagsOfHost() }));
      return Promise.resolve(EXIT.fine);
    },
  };
  return command;
}

function flagsOfHost(): Words["flags"] {
  return FLAGS.map(({ name, type, description }) => ({
    name: type === "string" || type === "integer" ? `${name}=` : name,
    description,
  }));
}

/** Long and short spellings, the long with `=` where a value follows. */
function spellings({ options }: Words["commands"][number]): string[] {
  return [...options, ...COMMON].flatMap(({ name, short, value }) => [
    ...(short === undefined ? [] : [`-${short}`]),
    `--${name}${value === undefined ? "" : "="}`,
  ]);
}

function bash({ commands, flags }: Words): string {
  const line = (command: Words["commands"][number]) =>
    `${lastWord(command)}) words="${[...firstWords(command), ...spellings(command)].join(" ")}" ;;`;
  const cases = commands.map((command) => {
    if (command.commands === undefined) return `    ${line(command)}`;
    const below = command.commands.map((it) => `        ${line(it)}`).join("\n");
    const all = [...firstWords(command), ...spellings(command)].join(" ");
    return `    ${command.name})
      case \${COMP_WORDS[2]} in
${below}
        *) words="${all}" ;;
      esac
      if ((COMP_CWORD == 2)); then words="${all}"; fi ;;`;
  });
  const first = [...commands.map(({ name }) => name), ...flags.map(({ name }) => `--${name}`)];
  return `_outrigger() {
  local words current="\${COMP_WORDS[COMP_CWORD]}"
  # "=" parts words: what stands behind it is a file, as all that is not known is.
  if [[ $current == "=" || \${COMP_WORDS[COMP_CWORD-1]} == "=" ]]; then return; fi
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
    *) words="${first.join(" ")}" ;;
  esac
  if ((COMP_CWORD == 1)); then words="${first.join(" ")}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -F _outrigger outrigger`;
}

function zsh({ commands, flags }: Words): string {
  const described = commands.map(({ name, summary }) =>
    `    '${name}:${quoted(summary, "'\\''").replaceAll(":", "\\:")}'`
  );
  const add = (command: Words["commands"][number]) =>
    `_outrigger_add ${
      [...firstWords(command), ...spellings(command)].map((word) => `'${word}'`).join(" ")
    }`;
  const flag = flags.map(({ name }) => `'--${name}'`).join(" ");
  const cases = commands.map((command) => {
    if (command.commands === undefined) return `    ${command.name}) ${add(command)} ;;`;
    const below = command.commands.map((it) => `        ${lastWord(it)}) ${add(it)} ;;`);
    return `    ${command.name})
      if (( CURRENT == 3 )); then ${add(command)}; return; fi
      case $words[3] in
${below.join("\n")}
      esac ;;`;
  });
  return `#compdef outrigger
# Nothing stands between a flag and its value; what is not known is a file.
_outrigger_add() {
  compadd -S '' -- \${(M)@:#*=}
  compadd -- \${@:#*=}
  (( compstate[nmatches] )) || _files
}
_outrigger() {
  local -a commands
  if compset -P '--*='; then _files; return; fi
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _outrigger_add ${flag}
    return
  fi
  case $words[2] in
${cases.join("\n")}
    *) _outrigger_add ${flag} ;;
  esac
}
compdef _outrigger outrigger`;
}

function fish({ commands, flags }: Words): string {
  const names = commands.map(({ name }) => name).join(" ");
  const start = `complete -c outrigger -n "not __fish_seen_subcommand_from ${names}"`;
  const lines = [
    "complete -c outrigger -f",
    ...commands.map(({ name, summary }) => `${start} -a ${name} -d '${quoted(summary)}'`),
    ...flags.map(({ name, description }) => {
      const value = name.endsWith("=") ? " -r" : "";
      return `${start} -l ${name.replace("=", "")}${value} -d '${quoted(description)}'`;
    }),
  ];
  const behind = (command: Words["commands"][number], condition: string) => {
    const seen = `complete -c outrigger -n "${condition}"`;
    if (/WHAT|DIR/.test(command.words)) lines.push(`${seen} -F`);
    const below = new Map(command.commands?.map((it) => [lastWord(it), it.summary]));
    for (const word of firstWords(command)) {
      const summary = below.get(word);
      const told = summary === undefined ? "" : ` -d '${quoted(summary)}'`;
      lines.push(`${seen} -a ${word}${told}`);
    }
    for (const { name, short, value, description } of [...command.options, ...COMMON]) {
      const letter = short === undefined ? "" : ` -s ${short}`;
      const takes = value === undefined ? "" : " -r";
      lines.push(`${seen} -l ${name}${letter}${takes} -d '${quoted(description)}'`);
    }
  };
  for (const command of commands) {
    const seen = `__fish_seen_subcommand_from ${command.name}`;
    const below = command.commands ?? [];
    if (below.length === 0) behind(command, seen);
    else {behind(
        command,
        `${seen}; and not __fish_seen_subcommand_from ${below.map(lastWord).join(" ")}`,
      );}
    for (const it of below) behind(it, `${seen}; and __fish_seen_subcommand_from ${lastWord(it)}`);
  }
  return lines.join("\n");
}

/** Words that are known to stand behind a command. */
function firstWords({ name, commands }: Pick<Command, "name" | "commands">): string[] {
  return name === "completions" ? [...SHELLS.keys()] : (commands ?? []).map(lastWord);
}

function lastWord({ name }: Pick<Command, "name">): string {
  return name.slice(name.lastIndexOf(" ") + 1);
}

/** For a place between single quotes. @param quote what stands for one of these; default fish's */
function quoted(text: string, quote = "\\'"): string {
  return text.replaceAll("'", quote);
}
