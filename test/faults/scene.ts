/** A keeper and a duplicate in two real directories, and actions of other programs between the calls of a replacement. */
import fs from "node:fs";
import path from "node:path";
import { errno, isErrno } from "../../src/core/result.ts";
import { fileStat } from "../../src/fs/disk.ts";
import type { DirHandle, DirCalls } from "../../src/fs/dir-calls.ts";
import { nativeDirCalls } from "../../src/fs/native-dir-calls.ts";
import { native } from "../../src/native/native.ts";
import { nodeDirCalls } from "../../src/fs/node-dir-calls.ts";
import type { ReplaceOutcome } from "../../src/replace/replace-outcome.ts";
import { replaceEntry } from "../../src/replace/replace-entry.ts";
import type { FileSnapshot } from "../../src/replace/file-snapshot.ts";
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
export const NATIVE = "native calls";
export const BY_PATH = "Node's calls by path";
/** The implementations of `DirCalls` that work on this machine. */
export const IMPLEMENTATIONS: readonly { readonly by: string; readonly calls: DirCalls }[] = [
  ...(nativeCalls === undefined ? [] : [{ by: NATIVE, calls: nativeDirCalls(nativeCalls) }]),
  ...(fs.existsSync("/proc/self/fd")
    ? [{ by: "Node's calls through /proc", calls: nodeDirCalls() }]
    : []),
  { by: BY_PATH, calls: nodeDirCalls("/nonexistent") },
];

/** Acts in the target's directory. Answers the errno of a call that is to fail, or nothing. */
export type Act = (dir: string) => string | void;
/** By call: "before link 1", "after exchange 2"; "at unlink 1" may fail the call, "at unlink 1+" also all later ones. */
export type Script = Readonly<Record<string, Act>>;

/** Calls that follow a script. Adds the name of every call to `made`. */
export function scripted(
  calls: DirCalls,
  script: Script,
  dir: string,
  made: string[] = [],
): DirCalls {
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
  readonly changedByUs = new Set<bigint>();
  readonly #snapshots: Readonly<Record<"keeper" | "target", FileSnapshot>>;

  constructor() {
    for (const [file, age] of [
      [this.keeper, 0],
      [this.target, 10],
    ] as const) {
      fs.mkdirSync(path.dirname(file));
      fs.writeFileSync(file, CONTENT);
      fs.utimesSync(file, A_TIME + age, A_TIME + age);
    }
    this.#snapshots = { keeper: statOf(this.keeper), target: statOf(this.target) };
  }

  /** Replaces the target by a link to the keeper while a script runs. */
  replace(calls: DirCalls, script: Script = {}, made: string[] = []): ReplaceOutcome {
    const open = (file: string): DirHandle => {
      const dir = calls.openBase(path.dirname(file));
      if (isErrno(dir)) throw new Error(dir.code);
      return dir;
    };
    const [from, to] = [open(this.keeper), open(this.target)];
    const { keeper, target } = this.#snapshots;
    const outcome = replaceEntry({
      calls: scripted(calls, script, path.dirname(this.target), made),
      keeper: { dir: from, name: "keeper.o", snapshot: keeper },
      target: { dir: to, name: "target.o", snapshot: target },
      changedByUs: this.changedByUs,
    });
    for (const dir of [from, to]) calls.close(dir);
    return outcome;
  }

  /** The content by name, including temporaries. `->` marks a link to the keeper. */
  contents(): Record<string, string> {
    const keeper = fs.existsSync(this.keeper) ? fs.statSync(this.keeper).ino : -1;
    const found: Record<string, string> = {};
    for (const dir of [path.dirname(this.keeper), path.dirname(this.target)]) {
      if (!fs.existsSync(dir)) continue;
      for (const name of fs.readdirSync(dir).sort()) {
        const file = path.join(dir, name);
        const stat = fs.lstatSync(file);
        const content = stat.isFile() ? fs.readFileSync(file, "utf8") : "no regular file";
        const key = name.startsWith(".dedupe-") ? "TEMPORARY" : name;
        found[key] = stat.ino === keeper && file !== this.keeper ? `-> ${content}` : content;
      }
    }
    return found;
  }
}

function statOf(file: string): FileSnapshot {
  return fileStat(fs.lstatSync(file, { bigint: true }));
}
