import { nameOf } from "../core/byte-path.ts";
import { externalName, substituteExternals } from "../prerequisites/make-variables.ts";
import { UNKNOWN } from "../prerequisites/make-words.ts";
import { isKnownCommand } from "./known-commands.ts";

/** A command and its arguments. */
export interface Invocation {
  /** The name without directory, prefix of a cross toolchain, version or `.exe`. */
  readonly command: string;
  readonly args: readonly string[];
}

/** What variables stand for that nothing sets. Others stand for the command that they are named after, as `$(AR)`. */
const DEFAULTS: Readonly<Record<string, string>> = {
  CC: "cc",
  CXX: "c++",
  HOSTCC: "cc",
  HOSTCXX: "c++",
  BUILD_CC: "cc",
  CC_FOR_BUILD: "cc",
  FC: "f77",
  LN_S: "ln",
  MKDIR_P: "mkdir",
  INSTALL_PROGRAM: "install",
  INSTALL_SCRIPT: "install",
  INSTALL_DATA: "install",
  SHELL: "sh",
  CMAKE_COMMAND: "cmake",
  GMSGFMT: "msgfmt",
};

/** How many commands run each other in one command line. */
export const MAX_NESTED = 20;

/** Words before a command. */
const PREFIX = /^(?:[@+-]+|\w+=.*|then|do|else|if|elif|while|until|!|exec|command|nohup)$/;
/** Commands and scripts that run the command in their arguments. */
const WRAPPER =
  /^(?:ccache|sccache|distcc|icecc|gomacc|buildcache|env|time|nice|ionice|sudo|fakeroot|timeout|stdbuf|xcrun|ocamlfind|missing|depcomp|compile)$/;
/** What a wrapper may have before that command. */
const WRAPPER_ARGUMENT = /^(?:-.*|\d+[smh]?|\w+=.*)$/;
const INTERPRETER =
  /^(?:python|pypy|perl|ruby|node|lua|php|sh|bash|dash|zsh|ksh|java|Rscript|tclsh|guile)$/;
/** Words that contain a command: `sh -c`, `python -c`, `perl -e`. */
const INLINE = /^-\w*[ce]$/;

const ARCHITECTURE =
  /^(?:x86_64|i[3-6]86|amd64|arm|aarch64|avr|msp430|riscv|mips|powerpc|ppc|s390|sparc|m68k|xtensa|alpha|hppa|ia64|loongarch|or1k|sh)\w*-/;
const CROSS_TOOL =
  /-(gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|as|gfortran|gcc-ar|gcc-ranlib|windres)$/;
const WRITES_IN_PLACE = /-(ar|ranlib|strip|objcopy)$/;
const WITHOUT_VERSION = /^(?:f77|f90|f95|ldc2)$/;

/**
 * The command that a simple command of a shell runs, without variables that are set for it and wrappers such as
 * `ccache`. The command is "" if there is none, and `UNKNOWN` if only make can expand it.
 */
export function invocationOf(words: readonly string[]): Invocation {
  let at = 0;
  let scripts = 0;
  while (at < words.length) {
    if (PREFIX.test(words[at]) || isEmptyByDefault(words, at)) {
      at += 1;
      continue;
    }
    const command = commandName(words[at]);
    at += 1;
    if (WRAPPER.test(command)) {
      while (at < words.length && WRAPPER_ARGUMENT.test(words[at])) at += 1;
      continue;
    }
    if (scripts > MAX_NESTED) return { command: UNKNOWN, args: [] };
    const args = words.slice(at);
    if (!INTERPRETER.test(command)) return { command, args };
    const script = args.findIndex((word) => !word.startsWith("-"));
    if (script < 0 || args.slice(0, script).some((word) => INLINE.test(word)))
      return { command, args };
    if (!WRAPPER.test(nameOf(args[script])))
      return { command: nameOf(args[script]), args: args.slice(script + 1) };
    at += script;
    scripts += 1;
  }
  return { command: "", args: [] };
}

/** Whether a word is a variable before a command that nothing sets, as `$(Q)` or `$(LAUNCHER)`. */
function isEmptyByDefault(words: readonly string[], at: number): boolean {
  const name = externalName(words[at]);
  if (name === undefined || at + 1 >= words.length || isKnownCommand(commandOfVariable(name)))
    return false;
  const next = commandName(words[at + 1]);
  return isKnownCommand(next) || WRAPPER.test(next);
}

function commandOfVariable(name: string): string {
  const lower = name.toLowerCase();
  return DEFAULTS[name] ?? (isKnownCommand(lower) || WRAPPER.test(lower) ? lower : `$(${name})`);
}

/** The command that a word names: `cc` for `$(CC)`, `gcc` for `/usr/bin/arm-none-eabi-gcc-12`. */
function commandName(word: string): string {
  const external = externalName(word.slice(word.lastIndexOf("\u0002")));
  if (external !== undefined) return commandOfVariable(external);
  if (word.includes(UNKNOWN)) return UNKNOWN;
  const name = nameOf(substituteExternals(word)).replace(/\.exe$/i, "");
  const plain = WITHOUT_VERSION.test(name) ? name : name.replace(/(?<=[a-z+])-?\d+(?:\.\d+)*$/, "");
  if (isKnownCommand(plain)) return plain;
  const tool =
    (ARCHITECTURE.test(plain) ? CROSS_TOOL.exec(plain) : null) ?? WRITES_IN_PLACE.exec(plain);
  return tool?.[1] ?? plain;
}
