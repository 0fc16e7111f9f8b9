import { nameOf } from "../core/byte-path.ts";
import { type Output, operandsOf, outputsAt } from "./command-outputs.ts";
import type { CommandRow, Effect } from "./command-row.ts";
import { MAX_NESTED, invocationOf } from "./invocation.ts";
import { CMAKE_ROWS, COMMAND_ROWS, isWithoutOutput } from "./known-commands.ts";

/** What a simple command of a recipe does. */
export type Action =
  | { readonly type: "nothing" }
  | { readonly type: "change-dir"; readonly dir: string | undefined }
  /** `targets`: also the targets of the rule. */
  | { readonly type: "remove"; readonly paths: readonly string[]; readonly targets: boolean }
  | {
      readonly type: "write";
      readonly command: string;
      readonly effect: Effect;
      readonly outputs: readonly Output[];
    }
  /** Runs other commands. */
  | { readonly type: "shell"; readonly script: string }
  /** Runs the commands that CMake stores in `link.txt`. */
  | { readonly type: "link-script" }
  /** The command is in no table. */
  | { readonly type: "unknown"; readonly command: string };

/** What the user says about commands, by name; `*` stands for all commands. */
export type WriterOverrides = ReadonlyMap<string, "replace" | "in-place">;

export const NO_OVERRIDES: WriterOverrides = new Map();

/** What the user says about a command; undefined if nothing. */
export function overrideOf(
  overrides: WriterOverrides,
  command: string,
): "replace" | "in-place" | undefined {
  return overrides.get(command) ?? overrides.get("*");
}

const NOTHING: Action = { type: "nothing" };

/**
 * Judges a simple command.
 *
 * @param words The command and its arguments, with make's variables expanded.
 * @param target The target of the rule.
 * @param depth How many commands run this one.
 */
export function actionOf(
  words: readonly string[],
  target: string,
  overrides: WriterOverrides,
  depth = 0,
): Action {
  if (depth > MAX_NESTED) return { type: "unknown", command: nameOf(words[0] ?? "") };
  const { command, args } = invocationOf(words);
  switch (command) {
    case "":
      return NOTHING;
    case "cd":
      return { type: "change-dir", dir: operandsOf(args)[0] };
    case "rm":
    case "unlink":
      return { type: "remove", paths: operandsOf(args), targets: false };
    case "cmake":
      return cmakeAction(args, target, overrides, depth);
    case "libtool":
      return libtoolAction(args, target, overrides, depth);
    case "sh":
    case "bash":
    case "dash": {
      const at = args.findIndex((word) => /^-\w*c$/.test(word));
      if (at >= 0) return { type: "shell", script: args[at + 1] ?? "" };
    }
  }
  if (isWithoutOutput(command)) return NOTHING;
  const action = writeOf(COMMAND_ROWS, command, args, target);
  if (action.type !== "write" && action.type !== "unknown") return action;
  const effect = overrideOf(overrides, action.command);
  if (effect === undefined) return action;
  const outputs = action.type === "write" ? action.outputs : outputsAt("-o", args);
  return { type: "write", command: action.command, effect, outputs };
}

function writeOf(
  rows: ReadonlyMap<string, readonly CommandRow[]>,
  command: string,
  args: readonly string[],
  target: string,
): Action {
  const own = rows.get(command);
  if (own === undefined) return { type: "unknown", command };
  for (const { when = [], first, output, place, effect, writer = command } of own) {
    if (first?.test(args[0] ?? "") === false) continue;
    if (!when.every((pattern) => args.some((word) => pattern.test(word)))) continue;
    const outputs = outputsAt(place, args).filter(
      ({ path = target }) => output?.test(nameOf(path)) !== false,
    );
    if (outputs.length > 0)
      return effect === "none" ? NOTHING : { type: "write", command: writer, effect, outputs };
  }
  return NOTHING;
}

/** `cmake -E`, `cmake -P` and `cmake --build`. */
function cmakeAction(
  args: readonly string[],
  target: string,
  overrides: WriterOverrides,
  depth: number,
): Action {
  const [option, tool = "", ...rest] = args;
  if (option === "-P") {
    if (nameOf(tool) === "cmake_clean_target.cmake")
      return { type: "remove", paths: [], targets: true };
    return { type: "unknown", command: nameOf(tool) };
  }
  if (option !== "-E") return NOTHING;
  switch (tool) {
    case "env":
    case "time":
      return actionOf(["env", ...rest], target, overrides, depth + 1);
    case "__run_co_compile":
      return actionOf(rest.slice(rest.indexOf("--") + 1), target, overrides, depth + 1);
    case "rm":
    case "remove":
    case "remove_directory":
      return { type: "remove", paths: operandsOf(rest), targets: false };
    case "cmake_link_script":
      return { type: "link-script" };
    default:
      return CMAKE_ROWS.has(tool) ? writeOf(CMAKE_ROWS, tool, rest, target) : NOTHING;
  }
}

/** libtool removes the outputs of a compiler or linker before it runs it. */
function libtoolAction(
  args: readonly string[],
  target: string,
  overrides: WriterOverrides,
  depth: number,
): Action {
  const at = args.findIndex((word) => word.startsWith("--mode"));
  const mode = args[at] === "--mode" ? args[at + 1] : args[at]?.slice("--mode=".length);
  switch (mode) {
    case "compile":
    case "link":
      return {
        type: "write",
        command: "libtool",
        effect: "replace",
        outputs: outputsAt("-o", args),
      };
    case "install":
      return actionOf(
        args.slice(args[at] === "--mode" ? at + 2 : at + 1),
        target,
        overrides,
        depth + 1,
      );
    case undefined:
      return { type: "unknown", command: "libtool" };
    default:
      return NOTHING;
  }
}
