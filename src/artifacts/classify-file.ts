import { KINDS, kindByName } from "./kind-table.ts";
import {
  type FileClassification,
  type DirClassification,
  type PathClassification,
  joinVariants,
} from "./path-classification.ts";
import { LEVELS } from "./variant-words.ts";

/** Which rule reads the names of a kind. */
const RULES = { none: 0, python: 1, object: 2, library: 3, program: 4, archive: 5 } as const;
const RULE_OF_KIND = rules();

/**
 * An artifact `name` of `kind` in `directory`: its unit, and the directory's variant joined with the name's.
 * Called once an artifact: names in which nothing can be seen are done after a look at their chars.
 */
export function classifyFile(
  dir: DirClassification,
  name: string,
  kind: number,
): FileClassification {
  switch (RULE_OF_KIND[kind]) {
    case RULES.python:
      return pythonPlace(dir, name);
    case RULES.object:
      return objectPlace(dir.objects ?? dir, name);
    case RULES.library:
      return libraryPlace(dir.products ?? dir, name);
    case RULES.program:
      return tokenPlace(dir.products ?? dir, name, endOfProgram(name), PROGRAM_TOKENS);
    case RULES.archive:
      return archivePlace(dir, name);
    default:
      return at(dir, name, "");
  }
}

function at(dir: PathClassification, name: string, variant: string): FileClassification {
  return { dir: dir.unit, name, variant: joinVariants(dir.variant, variant) };
}

/** PEP 488: `m.<tag>.opt-<level>.pyc`; no `opt-` means level 0. Before Python 3.5, -O wrote `.pyo`. */
function pythonPlace(dir: PathClassification, name: string): FileClassification {
  const end = name.length - 4;
  if (name.charCodeAt(name.length - 1) === 111 /* o */)
    return at(dir, name.slice(0, end) + ".pyc", "1");
  const dot = lastDot(name, end);
  if (dot > 0 && name.startsWith(".opt-", dot))
    return at(dir, name.slice(0, dot) + ".pyc", name.slice(dot + 5, end));
  // A legacy `m.pyc` (compileall -b) may be of any level: a directory that names a variant knows better.
  const legacy = dot <= 0;
  return at(dir, name, legacy && dir.variant !== "" ? "" : "0");
}

/** Endings that say the variant themselves, and the unit's ending. */
const OBJECT_ENDINGS = new Map([
  ["os", ["o", "pic"]],
  ["oS", ["o", "nonshared"]],
  ["pico", ["o", "pic"]],
  ["nossppico", ["o", "nossp+pic"]],
  ["pieo", ["o", "pie"]],
  ["dyn_o", ["o", "dyn"]],
  ["p_o", ["o", "p"]],
  ["p_dyn_o", ["o", "p+dyn"]],
  ["thr_o", ["o", "thr"]],
  ["debug_o", ["o", "debug"]],
  ["l_o", ["o", "l"]],
  ["dyn_hi", ["hi", "dyn"]],
  ["p_hi", ["hi", "p"]],
  ["p_dyn_hi", ["hi", "p+dyn"]],
  ["thr_hi", ["hi", "thr"]],
]);

function objectPlace(dir: PathClassification, name: string): FileClassification {
  const dot = lastDot(name, name.length);
  if (dot > 0 && name.length - dot > 2) {
    const special = OBJECT_ENDINGS.get(name.slice(dot + 1));
    if (special !== undefined) return at(dir, name.slice(0, dot + 1) + special[0], special[1]);
  }
  return tokenPlace(dir, name, dot, OBJECT_TOKENS);
}

/** Per separator, the tokens that name a variant at the end of a stem, and the variant. */
type Tokens = Readonly<Record<string, ReadonlyMap<string, string>>>;

const CONFIGURATIONS = [
  "debug",
  "release",
  "relwithdebinfo",
  "minsizerel",
  "asan",
  "tsan",
  "ubsan",
  "msan",
];
const OBJECT_TOKENS: Tokens = {
  ".": tokens([...LEVELS, ...CONFIGURATIONS, "pic", "nopic", "pie"]),
  "-": tokens([...LEVELS, ...CONFIGURATIONS, "pic", "nopic", "pie"]),
  // `trace_debug.o` is the object of `trace_debug.c`: behind an underscore only what is no word counts.
  _: tokens([...LEVELS]),
};
const LIBRARY_TOKENS: Tokens = {
  ".": tokens([...LEVELS, "debug", "release"]),
  "-": tokens([...LEVELS, ...CONFIGURATIONS, "pic", "static", "shared"]),
  _: tokens([...LEVELS, ...CONFIGURATIONS, "pic", "static", "shared", "thr", "p"], { d: "debug" }),
};
const PROGRAM_TOKENS: Tokens = {
  ".": tokens([...LEVELS]),
  "-": tokens([...LEVELS, ...CONFIGURATIONS]),
  _: tokens([...LEVELS, ...CONFIGURATIONS]),
};
const ARCHIVE_TOKENS: Tokens = { "-": tokens(["debug", "release"]) };

function tokens(names: readonly string[], more: Record<string, string> = {}): Map<string, string> {
  return new Map([...names.map((name): [string, string] => [name, name]), ...Object.entries(more)]);
}

const DOT = 46;

/** As `lastIndexOf` does, which is no compiled code in V8. -1 where there is none. */
function lastDot(name: string, before: number): number {
  let dot = before - 1;
  while (dot >= 0 && name.charCodeAt(dot) !== DOT) dot -= 1;
  return dot;
}

/** Takes the tokens that name a variant off the end of the stem (`name` before `end`). */
function tokenPlace(
  dir: PathClassification,
  name: string,
  end: number,
  known: Tokens,
): FileClassification {
  let variant = "";
  let stem = end;
  for (;;) {
    const separator = lastSeparator(name, stem);
    if (separator <= 0) break;
    const found = known[name[separator]]?.get(name.slice(separator + 1, stem));
    if (found === undefined) break;
    variant = variant === "" ? found : found + "+" + variant;
    stem = separator;
  }
  return stem === end ? at(dir, name, "") : at(dir, name.slice(0, stem) + name.slice(end), variant);
}

/** The last of `-`, `_` and `.` before `end`, if the token behind it can be one of ours (up to 14 chars). */
function lastSeparator(name: string, end: number): number {
  const first = Math.max(0, end - 15);
  for (let i = end - 1; i >= first; i--) {
    const char = name.charCodeAt(i);
    if (char === 45 || char === 46 || char === 95) return i;
  }
  return -1;
}

/** Boost: toolset, `mt`, the runtime's flags, architecture, version, all joined by dashes. */
const BOOST = /^(.+?)-(mt(?:-(?=[sgydpn])s?g?y?d?p?n?)?)((?:-[a-z]\d\d)?(?:-\d+(?:_\d+)+)?)(\..+)$/;
/** PEP 3149: `d` behind the version is an interpreter with --with-pydebug. */
const PYTHON_DEBUG = /^(.+\.cpython-3\d+)d(-.+)$/;

function libraryPlace(dir: PathClassification, name: string): FileClassification {
  // Two forms with something behind the word; both are rare, so a cheap test comes first.
  if (name.includes(".cpython-3")) {
    const found = PYTHON_DEBUG.exec(name);
    if (found !== null) return at(dir, found[1] + found[2], "debug");
  } else if (name.includes("-mt")) {
    const found = BOOST.exec(name);
    if (found !== null) return at(dir, found[1] + found[3] + found[4], found[2].replace("-", "+"));
  }
  return tokenPlace(dir, name, endOfLibrary(name), LIBRARY_TOKENS);
}

/** `app-debug.apk`; a release that nobody signed says so behind the word. */
function archivePlace(dir: PathClassification, name: string): FileClassification {
  const dot = name.lastIndexOf(".");
  if (!name.endsWith("-release-unsigned.apk")) return tokenPlace(dir, name, dot, ARCHIVE_TOKENS);
  return at(dir, name.slice(0, -"-release-unsigned.apk".length) + ".apk", "release");
}

/** `libx.so.1.2`, `libx.1.dylib`, `_x.cp311-win_amd64.pyd`: where the stem ends. */
function endOfLibrary(name: string): number {
  const so = name.indexOf(".so");
  if (so > 0) return so;
  return name.lastIndexOf(".");
}

function endOfProgram(name: string): number {
  const dot = name.lastIndexOf(".");
  return dot > 0 && name.length - dot <= 5 ? dot : name.length;
}

function rules(): Uint8Array {
  const table = new Uint8Array(256);
  const set = (rule: number, names: readonly string[]): void => {
    for (const name of names) if (kindByName(name) >= 0) table[kindByName(name)] = rule;
  };
  KINDS.forEach((_, kind) => (table[kind] = RULES.object));
  set(RULES.python, ["python-bytecode"]);
  set(RULES.library, [
    "static-library",
    "windows-library",
    "shared-library",
    "dll",
    "program-database",
  ]);
  set(RULES.program, ["executable"]);
  set(RULES.archive, ["java-archive"]);
  set(RULES.none, [
    "java-class",
    "beam",
    "emacs-bytecode",
    "php-bytecode",
    "message-catalog",
    "web-bundle",
    "source-map",
  ]);
  return table;
}
