import { nameOf } from "../core/byte-path.ts";
import { WILD, type ShellCommand, splitCommands } from "./shell-words.ts";

/** A file, or all in a directory, that a recipe writes into instead of replacing it. */
export interface InPlaceWrite {
  /** With `WILD`, `%` and variables that are set elsewhere, where it has them. */
  readonly path: string;
  /** What is below the path, too. */
  readonly tree: boolean;
  readonly command: string;
}

/** Commands that a recipe has to have before it is worth a closer look. */
export const MAY_WRITE_IN_PLACE =
  /(?:^|[^\w.])(?:cp|tee|dd|ar|ranlib|strip|objcopy|patchelf|touch|truncate|[ny]asm|fasm)(?![\w.])|mold|>|\u0002(?:CP|AR|RANLIB|STRIP|OBJCOPY|NASM|YASM)\u0003/;

/** Words before a command that are not the command. */
const BEFORE_COMMAND =
  /^(?:[@+-]+|\w+=.*|then|do|else|if|elif|while|until|!|time|exec|command|env|nice|sudo|test)$/;
/** Options of objcopy whose value is the next word. */
const WITH_VALUE =
  /^(?:-[IOBFjRKNGLWbi]|--(?:(?:in|out)put-target|binary-architecture|rename-section|set-section-flags|add-section|update-section|redefine-sym|prefix-symbols|only-section|remove-section))$/;

/**
 * Which files the expanded lines of a recipe write into, so that a link to them would change with them. Not
 * those that it has removed before, or got from a tool that makes a new file (`-o`).
 */
export function writesOf(lines: readonly string[]): InPlaceWrite[] {
  const recipe = new Recipe();
  for (const line of lines) recipe.run(splitCommands(line.replace(/^[\s@+-]+/, "")));
  return recipe.writes;
}

class Recipe {
  readonly writes: InPlaceWrite[] = [];
  /** Files, and directories with all in them, that the next command would make anew. */
  readonly #fresh = new Set<string>();
  /** Where the line has gone by `cd`; undefined where only the shell knows. */
  #dir: string | undefined = "";

  run(commands: readonly ShellCommand[]): void {
    this.#dir = "";
    for (const { words, redirects } of commands) {
      let first = 0;
      while (first < words.length && BEFORE_COMMAND.test(words[first])) first += 1;
      if (first < words.length && words[first] !== "for")
        this.#command(commandOf(words[first]), words.slice(first + 1));
      for (const path of redirects) this.#write(path, ">");
    }
  }

  #command(command: string, words: readonly string[]): void {
    const operands = words.filter((word) => !word.startsWith("-"));
    const output = outputOf(words);
    switch (command) {
      case "cd":
        this.#dir = this.#at(operands[0] ?? WILD);
        return;
      case "rm":
      case "unlink":
        for (const each of operands) this.#renew(each);
        return;
      case "mv":
      case "ln":
      case "install":
        if (operands.length > 1) this.#renew(operands[operands.length - 1]);
        return;
      case "cp":
        this.#copy(words, operands);
        return;
      case "dd":
        for (const word of words) if (word.startsWith("of=")) this.#write(word.slice(3), command);
        return;
      case "ar":
        if (/^-?[a-zA-Z]*[rq]/.test(words[0] ?? "") && words.length > 1)
          this.#write(words[1], command);
        return;
      case "tee":
      case "touch":
      case "truncate":
      case "ranlib":
        for (const each of operands) this.#write(each, command);
        return;
      case "patchelf":
        if (!words.some((word) => /^--(?:output|print)/.test(word)))
          this.#write(operands[operands.length - 1] ?? WILD, command);
        return;
      case "strip":
        if (output === undefined) for (const each of operands) this.#write(each, command);
        else this.#renew(output);
        return;
      case "objcopy": {
        const files = words.filter(
          (word, i) => !word.startsWith("-") && !WITH_VALUE.test(words[i - 1] ?? ""),
        );
        if (files.length === 1 || files[0] === files[1]) this.#write(files[0] ?? WILD, command);
        else if (files.length === 2) this.#renew(files[1]);
        return;
      }
      case "fasm":
        if (operands.length > 1) this.#write(operands[1], command);
        return;
      case "nasm":
      case "yasm":
      case "mold":
        if (output !== undefined) this.#write(output, command);
        return;
      default:
        if (output === undefined) return;
        if (words.includes("-fuse-ld=mold")) this.#write(output, "mold");
        else this.#renew(output);
    }
  }

  #copy(words: readonly string[], operands: readonly string[]): void {
    const has = (letters: string, ...long: string[]): boolean =>
      words.some(
        (word) =>
          long.some((each) => word === each) || new RegExp(`^-[a-zA-Z]*[${letters}]`).test(word),
      );
    // These remove the file first, rename it, or leave it.
    if (
      has("lsnb", "--link", "--symbolic-link", "--no-clobber", "--backup", "--remove-destination")
    )
      return;
    const sources = [...operands];
    const at = words.findIndex((word) => word === "-t");
    const named =
      at >= 0
        ? words[at + 1]
        : words.find((word) => word.startsWith("--target-directory="))?.replace(/^[^=]*=/, "");
    if (at >= 0) sources.splice(sources.indexOf(words[at + 1]), 1);
    const to = named ?? sources.pop();
    if (to === undefined || sources.length === 0) return;
    const isDir = named !== undefined || to.endsWith("/") || sources.length > 1;
    const deep = has("rRa", "--recursive", "--archive", "--parents");
    if (!isDir) this.#write(to, "cp", deep || to.endsWith(WILD));
    for (const source of sources) {
      const name = nameOf(source.replace(/\/+$/, ""));
      if (deep && (!/[^.]/.test(name) || name.includes(WILD) || words.includes("--parents")))
        this.#write(to, "cp", true);
      else this.#write(`${to}/${name.replaceAll(/^\.+$/g, WILD)}`, "cp", deep);
    }
  }

  /** A path as seen from where make runs; undefined where only the shell knows its beginning. */
  #at(word: string): string | undefined {
    if (word.includes("\u0001") || word.startsWith(WILD)) return undefined;
    if (word.startsWith("/")) return plain(word);
    return this.#dir === undefined ? undefined : plain(`${this.#dir}/${word}`.replace(/^\//, ""));
  }

  #renew(word: string): void {
    const path = this.#at(word);
    if (path !== undefined) this.#fresh.add(path.replace(new RegExp(`/${WILD}$`), ""));
  }

  #write(word: string, command: string, tree = false): void {
    const path = this.#at(word);
    if (path === undefined || path === "" || path.startsWith("/dev/")) return;
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
      if (this.#fresh.has(path.slice(0, end))) return;
    this.writes.push({ path, tree, command });
  }
}

/** `$(AR)`, `/usr/bin/ar` and `arm-none-eabi-ar` are `ar`; `llvm-ar` is not: it replaces. */
function commandOf(word: string): string {
  const own = /^\u0002([\w.-]+)\u0003$/.exec(word)?.[1].toLowerCase();
  const name = own ?? nameOf(word.replaceAll(/\u0002[\w.-]+\u0003/g, ""));
  if (/^(?:ld\.)?mold$/.test(name)) return "mold";
  const tool = /^.*-(ar|ranlib|strip|objcopy)$/.exec(name);
  return tool === null || name.startsWith("llvm-") ? name : tool[1];
}

/** What stands behind `-o`. */
function outputOf(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word.startsWith("-o"));
  if (at < 0) return undefined;
  return words[at] === "-o" ? words[at + 1] : words[at].slice(2);
}

/** Without `.`, `..` and doubled slashes. */
function plain(path: string): string {
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept[kept.length - 1] !== "..") kept.pop();
    else kept.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + kept.join("/");
}
