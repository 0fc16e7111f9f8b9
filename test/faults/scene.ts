/** A keeper and a duplicate in two real directories, the calls that replace one by the other, and others who act between two calls. */
import fs from "node:fs";
import path from "node:path";
import { errno, isErrno } from "../../src/core/result.ts";
import type { Dir, DirCalls } from "../../src/fs/dir-calls.ts";
import { nativeDirCalls } from "../../src/fs/native-dir-calls.ts";
import { native } from "../../src/native/native.ts";
import { nodeDirCalls } from "../../src/fs/node-dir-calls.ts";
import type { ReplaceOutcome } from "../../src/replace/replace-outcome.ts";
import { replaceEntry } from "../../src/replace/replace-entry.ts";
import type { EntryRef } from "../../src/replace/file-ref.ts";
import { emptyDir } from "../support/tree.ts";

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
/** Every way to reach a directory that this machine has. */
export const WAYS: readonly { readonly way: string; readonly calls: DirCalls }[] = [
  ...(nativeCalls === undefined ? [] : [{ way: "native", calls: nativeDirCalls(nativeCalls) }]),
  ...(fs.existsSync("/proc/self/fd")
    ? [{ way: "node, through /proc", calls: nodeDirCalls() }]
    : []),
  { way: "node, by path", calls: nodeDirCalls("/nonexistent") },
];

/** What happens at a call: an errno to answer instead of calling, or nothing after something was done. */
export type Act = (dir: string) => string | void;
/** By call ("before link 1", "after exchange 2", "at unlink 1+"): `at` answers in its place, `+` from then on. */
export type Script = Readonly<Record<string, Act>>;

/** Calls that follow a script; `made` gets every call. */
function scripted(calls: DirCalls, script: Script, dir: string, made: string[] = []): DirCalls {
  const counts = new Map<Method, number>();
  const wrapped: Record<string, unknown> = { ...calls };
  for (const method of METHODS) {
    const call = calls[method] as ((...values: unknown[]) => unknown) | undefined;
    if (call === undefined) continue;
    wrapped[method] = (...values: unknown[]): unknown => {
      const count = (counts.get(method) ?? 0) + 1;
      counts.set(method, count);
      made.push(`${method} ${count}`);
      script[`before ${method} ${count}`]?.(dir);
      const on = Object.keys(script).find(
        (key) => key.endsWith("+") && key.startsWith(`at ${method} `),
      );
      const from =
        on === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(on.split(" ")[2], 10);
      const act =
        script[`at ${method} ${count}`] ?? (count >= from ? script[on as string] : undefined);
      const answer = act?.(dir);
      const result = typeof answer === "string" ? errno(answer) : call(...values);
      script[`after ${method} ${count}`]?.(dir);
      return result;
    };
  }
  return wrapped as unknown as DirCalls;
}

export const CONTENT = "the content that both have";
const A_TIME = 1_700_000_000;

export class Scene {
  readonly root = emptyDir();
  readonly keeper: string = path.join(this.root, "a/keeper.o");
  readonly target: string = path.join(this.root, "b/target.o");
  readonly touched = new Set<bigint>();
  readonly #seen: Readonly<Record<"keeper" | "target", EntryRef["seen"]>>;

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
  replace(calls: DirCalls, script: Script = {}, made: string[] = []): ReplaceOutcome {
    const open = (file: string): Dir => {
      const dir = calls.openBase(path.dirname(file));
      if (isErrno(dir)) throw new Error(dir.code);
      return dir;
    };
    const [from, to] = [open(this.keeper), open(this.target)];
    const outcome = replaceEntry(
      scripted(calls, script, path.dirname(this.target), made),
      { dir: from, name: "keeper.o", seen: this.#seen.keeper },
      { dir: to, name: "target.o", seen: this.#seen.target },
      this.touched,
    );
    for (const dir of [from, to]) calls.close(dir);
    return outcome;
  }

  /** Content by name, the temporaries too; `->` marks a link to the keeper. */
  contents(): Record<string, string> {
    const keeper = fs.existsSync(this.keeper) ? fs.statSync(this.keeper).ino : -1;
    const found: Record<string, string> = {};
    for (const dir of [path.dirname(this.keeper), path.dirname(this.target)]) {
      if (!fs.existsSync(dir)) continue;
      for (const name of fs.readdirSync(dir).sort()) {
        const file = path.join(dir, name);
        const stat = fs.lstatSync(file);
        const content = stat.isFile() ? fs.readFileSync(file, "utf8") : "no regular file";
        const told = name.startsWith(".dedupe-") ? "TEMPORARY" : name;
        found[told] = stat.ino === keeper && file !== this.keeper ? `-> ${content}` : content;
      }
    }
    return found;
  }
}

function look(file: string): EntryRef["seen"] {
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
