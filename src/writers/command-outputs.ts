import { nameOf } from "../core/byte-path.ts";
import type { OutputPlace } from "./command-row.ts";
import { WILD } from "./shell-words.ts";

/** A file that a command writes. */
export interface Output {
  /** As written on the command line; may contain `WILD`. undefined: the targets of the rule. */
  readonly path: string | undefined;
  /** Whether everything below the path is written too. */
  readonly tree: boolean;
}

const TARGET: Output = { path: undefined, tree: false };
/** Options of objcopy that take the next word as their value. */
const OBJCOPY_VALUE =
  /^(?:-[IOBFjRKNGLWbi]|--(?:(?:in|out)put-target|binary-architecture|rename-section|set-section-flags|add-section|update-section|redefine-sym|prefix-symbols|only-section|remove-section))$/;
/** Options of cp, mv, ln, install and rsync that take the next word as their value. */
const COPY_VALUE = /^-[tmogSe]$|^--(?:mode|owner|group|suffix|exclude|include|rsh|chmod)$/;

/** The words that are no options. */
export function operandsOf(args: readonly string[]): string[] {
  return args.filter((word) => !word.startsWith("-"));
}

/** The outputs of a command line. Empty if it has none in that place. */
export function outputsAt(place: OutputPlace, args: readonly string[]): Output[] {
  const operands = operandsOf(args);
  switch (place) {
    case "target":
      return [TARGET];
    case "-o": {
      const path = optionValue(args);
      return path === undefined ? [TARGET] : [file(path)];
    }
    case "operands":
      return operands.map(file);
    case "last":
      return operands.slice(-1).map(file);
    case "second":
      return operands.slice(1, 2).map(file);
    case "of=":
      return args.filter((word) => word.startsWith("of=")).map((word) => file(word.slice(3)));
    case "archive":
      return /^-?[a-zA-Z]*[rq]/.test(args[0] ?? "") ? args.slice(1, 2).map(file) : [];
    case "copies":
      return copiesOf(args);
    case "objcopy":
    case "objcopy in place": {
      const files = args.filter(
        (word, i) => !word.startsWith("-") && !OBJCOPY_VALUE.test(args[i - 1] ?? ""),
      );
      const isInPlace = files.length === 1 || files[0] === files[1];
      if (isInPlace !== (place === "objcopy in place")) return [];
      return files.slice(isInPlace ? 0 : 1, isInPlace ? 1 : 2).map(file);
    }
  }
}

function file(path: string): Output {
  return { path, tree: false };
}

/** The value of the option that names the output; undefined if there is none. */
function optionValue(args: readonly string[]): string | undefined {
  for (const [i, word] of args.entries()) {
    if (word === "-o" || word === "--output" || word === "-of") return args[i + 1];
    const long = /^(?:--output=|[-/](?:out|OUT):|-of=?|[-/]Fo)(.+)$/.exec(word);
    if (long !== null) return long[1];
    if (word.startsWith("-o") && !word.startsWith("-opt")) return word.slice(2).replace(/^:/, "");
  }
  return undefined;
}

function copiesOf(args: readonly string[]): Output[] {
  const has = (letters: RegExp, ...long: string[]): boolean =>
    args.some((word) => long.includes(word) || letters.test(word));
  const at = args.indexOf("-t");
  const named =
    at >= 0
      ? args[at + 1]
      : args.find((word) => word.startsWith("--target-directory="))?.replace(/^[^=]*=/, "");
  const sources = args.filter(
    (word, i) => !word.startsWith("-") && !COPY_VALUE.test(args[i - 1] ?? ""),
  );
  const to = named ?? sources.pop();
  if (to === undefined || sources.length === 0) return [];
  const isDir = named !== undefined || to.endsWith("/") || sources.length > 1;
  const deep = has(/^-[a-zA-Z]*[rRa]/, "--recursive", "--archive", "--parents");
  const isCopyOfPath = args.includes("--parents");
  const outputs: Output[] = isDir ? [] : [{ path: to, tree: deep || to.endsWith(WILD) }];
  for (const source of sources) {
    const name = lastPart(source);
    if (deep && (!/[^.]/.test(name) || name.includes(WILD) || isCopyOfPath))
      outputs.push({ path: to, tree: true });
    else outputs.push({ path: `${to}/${name.replaceAll(/^\.+$/g, WILD)}`, tree: deep });
  }
  return outputs;
}

/** The last component of a path, without the slashes behind it. */
function lastPart(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end -= 1;
  return nameOf(path.slice(0, end));
}
