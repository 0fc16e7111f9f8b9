import { nameOf } from "../core/byte-path.ts";
import { UNKNOWN, externalName, substituteExternals } from "./make-variables.ts";
import { WILD, type ShellCommand, splitCommands } from "./shell-words.ts";

/** A file, or everything in a directory, that a recipe writes in place instead of replacing it. */
export interface InPlaceWrite {
  /** May contain `WILD`, `%` and external variables. */
  readonly path: string;
  /** Whether everything below the path is written too. */
  readonly tree: boolean;
  readonly command: string;
}

/** Matches recipes that may write in place; the others need not be parsed. */
export const MAY_WRITE_IN_PLACE =
  /(?:^|[^\w.])(?:cp|tee|dd|ar|ranlib|strip|objcopy|patchelf|touch|truncate|[ny]asm|fasm)(?![\w.])|mold|>|\u0002(?:CP|AR|RANLIB|STRIP|OBJCOPY|NASM|YASM)\u0003/;

/** Words that precede the name of a command. */
const BEFORE_COMMAND =
  /^(?:[@+-]+|\w+=.*|then|do|else|if|elif|while|until|!|time|exec|command|env|nice|sudo|test)$/;
/** Options of objcopy that take the next word as their value. */
const WITH_VALUE =
  /^(?:-[IOBFjRKNGLWbi]|--(?:(?:in|out)put-target|binary-architecture|rename-section|set-section-flags|add-section|update-section|redefine-sym|prefix-symbols|only-section|remove-section))$/;

/**
 * The files that a recipe writes in place, so that every link to them would change. Files that the recipe
 * has removed before, or has had made anew by a compiler or linker (`-o`), are not included.
 *
 * @param lines The recipe with make's variables expanded.
 */
export function writesOf(lines: readonly string[]): InPlaceWrite[] {
  const recipe = new Recipe();
  for (const line of lines) recipe.run(splitCommands(line.replace(/^[\s@+-]+/, "")));
  return recipe.writes;
}

class Recipe {
  readonly writes: InPlaceWrite[] = [];
  /** Files, and directories with everything in them, that the recipe has removed or replaced so far. */
  readonly #replaced = new Set<string>();
  /** The current directory after `cd`; undefined if only the shell knows it. */
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
        this.#dir = this.#resolve(operands[0] ?? WILD);
        return;
      case "rm":
      case "unlink":
        for (const each of operands) this.#markReplaced(each);
        return;
      case "mv":
      case "ln":
      case "install":
        if (operands.length > 1) this.#markReplaced(operands[operands.length - 1]);
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
        else this.#markReplaced(output);
        return;
      case "objcopy": {
        const files = words.filter(
          (word, i) => !word.startsWith("-") && !WITH_VALUE.test(words[i - 1] ?? ""),
        );
        if (files.length === 1 || files[0] === files[1]) this.#write(files[0] ?? WILD, command);
        else if (files.length === 2) this.#markReplaced(files[1]);
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
        else this.#markReplaced(output);
    }
  }

  #copy(words: readonly string[], operands: readonly string[]): void {
    const has = (letters: string, ...long: string[]): boolean =>
      words.some(
        (word) =>
          long.some((each) => word === each) || new RegExp(`^-[a-zA-Z]*[${letters}]`).test(word),
      );
    // With these options cp removes or renames an existing target, or leaves it alone.
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

  /** A path relative to the directory in which make runs; undefined if only the shell knows where it starts. */
  #resolve(word: string): string | undefined {
    if (word.includes(UNKNOWN) || word.startsWith(WILD)) return undefined;
    if (word.startsWith("/")) return normalize(word);
    return this.#dir === undefined
      ? undefined
      : normalize(`${this.#dir}/${word}`.replace(/^\//, ""));
  }

  #markReplaced(word: string): void {
    const path = this.#resolve(word);
    if (path !== undefined) this.#replaced.add(path.replace(new RegExp(`/${WILD}$`), ""));
  }

  #write(word: string, command: string, tree = false): void {
    const path = this.#resolve(word);
    if (path === undefined || path === "" || path.startsWith("/dev/")) return;
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
      if (this.#replaced.has(path.slice(0, end))) return;
    this.writes.push({ path, tree, command });
  }
}

/** `$(AR)`, `/usr/bin/ar` and `arm-none-eabi-ar` are `ar`. `llvm-ar` is not: it replaces its output. */
function commandOf(word: string): string {
  const name = externalName(word)?.toLowerCase() ?? nameOf(substituteExternals(word));
  if (/^(?:ld\.)?mold$/.test(name)) return "mold";
  const tool = /^.*-(ar|ranlib|strip|objcopy)$/.exec(name);
  return tool === null || name.startsWith("llvm-") ? name : tool[1];
}

/** The value of `-o`. */
function outputOf(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word.startsWith("-o"));
  if (at < 0) return undefined;
  return words[at] === "-o" ? words[at + 1] : words[at].slice(2);
}

/** Removes `.`, `..` and repeated slashes. */
function normalize(path: string): string {
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept[kept.length - 1] !== "..") kept.pop();
    else kept.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + kept.join("/");
}
