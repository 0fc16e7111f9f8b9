import { BY_CONTENT, OTHER, STATE } from "./kind-ids.ts";
import { KINDS, kindByName } from "./kind-table.ts";
import {
  OTHER_ENDINGS,
  OTHER_NAMES,
  STATE_ENDINGS,
  STATE_DIRS,
  STATE_NAMES,
} from "./name-tables.ts";

/** Not a kind: the ending is shared, so the rest of the name is looked at. */
const LOOK_CLOSER = 256;

const DOUBLE_ENDINGS = doubleEndings();
const ENDINGS = endingTable();
const NAMES = new Map([
  ...OTHER_NAMES.map((name): [string, number] => [name, OTHER]),
  ...STATE_NAMES.map((name): [string, number] => [name, STATE]),
]);
const DIRS = new Set(STATE_DIRS);
const SHARED_LIBRARY = kindByName("shared-library");

/** What was asked for last: an ending that alone tells the kind, with its dot. Nothing yet: no name has a slash. */
let lastEnding = "/";
let lastKind = OTHER;

/**
 * What a file is by its name (bytes, one char each, without its directory): an index of KINDS, or
 * BY_CONTENT, STATE, OTHER. Called for every entry of a tree, so the common way is the ending that the
 * entry before had, or one look into a map.
 */
export function kindOfName(name: string): number {
  if (name.endsWith(lastEnding) && name.length > lastEnding.length) return lastKind;
  const dot = name.lastIndexOf(".");
  if (dot <= 0) return withoutEnding(name, dot);
  const kind = ENDINGS.get(name.slice(dot + 1));
  if (kind === undefined) return unknownEnding(name, dot);
  if (kind >= LOOK_CLOSER) return lookCloser(name, dot, kind);
  lastEnding = name.slice(dot);
  lastKind = kind;
  return kind;
}

/** Whether everything in directories of this name is a tool's state or a store that must not be linked. */
export function isStateDir(name: string): boolean {
  return DIRS.has(name) || name.startsWith("CompilerId") || name.endsWith(".tlog");
}

function withoutEnding(name: string, dot: number): number {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  if (dot === 0) return OTHER;
  return name.startsWith("stamp-") ? STATE : BY_CONTENT;
}

/** `libx.so.1.2.3` is a shared library; what else has an unknown ending may be a program (`python3.11`, `test.opt`). */
function unknownEnding(name: string, dot: number): number {
  const last = name.charCodeAt(name.length - 1);
  if (last >= 48 && last <= 57 && isVersionOfLibrary(name, dot)) return SHARED_LIBRARY;
  return name.charCodeAt(name.length - 1) === 126 /* ~ */ ? OTHER : BY_CONTENT;
}

function isVersionOfLibrary(name: string, dot: number): boolean {
  const so = name.lastIndexOf(".so.");
  if (so <= 0) return false;
  for (let i = so + 4; i < name.length; i++) {
    const char = name.charCodeAt(i);
    if (char !== 46 && (char < 48 || char > 57)) return false;
  }
  return dot > so;
}

/** An ending that means different things, depending on the ending before it or on the whole name. */
function lookCloser(name: string, dot: number, shared: number): number {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  const before = name.lastIndexOf(".", dot - 1);
  const double = before > 0 ? DOUBLE_ENDINGS.get(name.slice(before + 1)) : undefined;
  if (double !== undefined) return double;
  // kbuild's `.x.o.cmd` and `.x.o.d`: notes beside x.o.
  if (name.charCodeAt(0) === 46 && name.endsWith(".cmd")) return STATE;
  return shared - LOOK_CLOSER;
}

function endingTable(): Map<string, number> {
  const table = new Map<string, number>();
  for (const ending of OTHER_ENDINGS) {
    table.set(ending, OTHER);
    table.set(ending.toUpperCase(), OTHER);
  }
  for (const ending of STATE_ENDINGS) table.set(ending, STATE);
  KINDS.forEach(({ endings }, kind) => {
    for (const ending of endings)
      if (ending.lastIndexOf(".") === 0) table.set(ending.slice(1), kind);
  });
  for (const name of [...STATE_NAMES, ...OTHER_NAMES, ...DOUBLE_ENDINGS.keys(), "x.cmd"]) {
    const ending = name.slice(name.lastIndexOf(".") + 1);
    const kind = table.get(ending) ?? BY_CONTENT;
    if (name.lastIndexOf(".") > 0 && kind < LOOK_CLOSER) table.set(ending, LOOK_CLOSER + kind);
  }
  return table;
}

/** Two endings that together are a kind: `.min.js`, `.js.map`. */
function doubleEndings(): Map<string, number> {
  const table = new Map<string, number>();
  KINDS.forEach(({ endings }, kind) => {
    for (const ending of endings) if (ending.lastIndexOf(".") > 0) table.set(ending.slice(1), kind);
  });
  return table;
}
