/** A keeper and a duplicate in two real folders, the calls that replace one by the other, and others who act between two calls. */
import fs from "node:fs";
import path from "node:path";
import type { FolderCalls } from "../../src/fs/folder-calls.ts";
import { nativeFolderCalls } from "../../src/fs/native-folder-calls.ts";
import { native } from "../../src/fs/native/native.ts";
import { plainFolderCalls } from "../../src/fs/plain-folder-calls.ts";
import type { NameOutcome } from "../../src/replacing/name-outcome.ts";
import { replaceName } from "../../src/replacing/replace-name.ts";
import type { SeenName } from "../../src/replacing/seen-place.ts";
import { emptyFolder } from "../support/tree.ts";

export type Method = "stat" | "link" | "exchange" | "rename" | "unlink" | "writerOf" | "compare";
const METHODS: readonly Method[] = [
  "stat",
  "link",
  "exchange",
  "rename",
  "unlink",
  "writerOf",
  "compare",
];

const nativeCalls = native();
/** Every way to reach a folder that this machine has. */
export const WAYS: readonly { readonly way: string; readonly calls: FolderCalls }[] = [
  ...(nativeCalls === undefined ? [] : [{ way: "native", calls: nativeFolderCalls(nativeCalls) }]),
  ...(fs.existsSync("/proc/self/fd")
    ? [{ way: "node, through /proc", calls: plainFolderCalls() }]
    : []),
  { way: "node, by path", calls: plainFolderCalls("/nonexistent") },
];

/** What happens at a call: an errno to answer instead of calling, or nothing after something was done. */
export type Act = (folder: string) => string | void;
/** By call ("before link 1", "after exchange 2", "at unlink 1+"): `at` answers in its place, `+` from then on. */
export type Script = Readonly<Record<string, Act>>;

/** Calls that follow a script; `made` gets every call. */
function scripted(
  calls: FolderCalls,
  script: Script,
  folder: string,
  made: string[] = [],
): FolderCalls {
  const counts = new Map<Method, number>();
  const wrapped: Record<string, unknown> = { ...calls };
  for (const method of METHODS) {
    const call = calls[method] as ((...values: unknown[]) => unknown) | undefined;
    if (call === undefined) continue;
    wrapped[method] = (...values: unknown[]): unknown => {
      const count = (counts.get(method) ?? 0) + 1;
      counts.set(method, count);
      made.push(`${method} ${count}`);
      script[`before ${method} ${count}`]?.(folder);
      const on = Object.keys(script).find(
        (key) => key.endsWith("+") && key.startsWith(`at ${method} `),
      );
      const from =
        on === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(on.split(" ")[2], 10);
      const act =
        script[`at ${method} ${count}`] ?? (count >= from ? script[on as string] : undefined);
      const answer = act?.(folder);
      const result = typeof answer === "string" ? answer : call(...values);
      script[`after ${method} ${count}`]?.(folder);
      return result;
    };
  }
  return wrapped as unknown as FolderCalls;
}

export const CONTENT = "the content that both have";
const A_TIME = 1_700_000_000;

export class Scene {
  readonly root = emptyFolder();
  readonly keeper: string = path.join(this.root, "a/keeper.o");
  readonly target: string = path.join(this.root, "b/target.o");
  readonly touched = new Set<bigint>();
  readonly #seen: Readonly<Record<"keeper" | "target", SeenName["seen"]>>;

  constructor() {
    for (const [file, age] of [
      [this.keeper, 0],
      [this.target, 10],
    ] as const) {
      fs.mkdirSync(path.dirname(file));
      fs.writeFileSync(file, CONTENT);
      fs.utimesSync(file, A_TIME + age, A_TIME + age);
    }
    this.#seen = { keeper: look(this.keeper), target: look(this.target) };
  }

  /** Replaces the target by a link to the keeper while a script is played. */
  replace(calls: FolderCalls, script: Script = {}, made: string[] = []): NameOutcome {
    const open = (file: string): number | string => {
      const folder = calls.openBase(path.dirname(file));
      if (typeof folder === "object") throw new Error(folder.errno);
      return folder;
    };
    const [from, to] = [open(this.keeper), open(this.target)];
    const outcome = replaceName(
      scripted(calls, script, path.dirname(this.target), made),
      { folder: from, name: "keeper.o", seen: this.#seen.keeper },
      { folder: to, name: "target.o", seen: this.#seen.target },
      this.touched,
    );
    for (const folder of [from, to]) calls.close(folder);
    return outcome;
  }

  /** Content by name, the temporaries too; `->` marks a link to the keeper. */
  contents(): Record<string, string> {
    const keeper = fs.existsSync(this.keeper) ? fs.statSync(this.keeper).ino : -1;
    const found: Record<string, string> = {};
    for (const folder of [path.dirname(this.keeper), path.dirname(this.target)]) {
      if (!fs.existsSync(folder)) continue;
      for (const name of fs.readdirSync(folder).sort()) {
        const file = path.join(folder, name);
        const stat = fs.lstatSync(file);
        const content = stat.isFile() ? fs.readFileSync(file, "utf8") : "no regular file";
        const told = name.startsWith(".dedupe-") ? "TEMPORARY" : name;
        found[told] = stat.ino === keeper && file !== this.keeper ? `-> ${content}` : content;
      }
    }
    return found;
  }
}

function look(file: string): SeenName["seen"] {
  const stat = fs.lstatSync(file, { bigint: true });
  return {
    device: Number(stat.dev),
    inode: stat.ino,
    size: Number(stat.size),
    mode: Number(stat.mode),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtime: stat.mtimeNs,
    ctime: stat.ctimeNs,
  };
}
