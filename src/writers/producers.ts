import type { BytePath } from "../core/byte-path.ts";
import { type ByteSource, latin1 } from "../formats/byte-source.ts";
import { beamSource } from "../formats/beam.ts";
import { elfComments, elfSections, isElf } from "../formats/elf.ts";
import type { Effect } from "./command-row.ts";
import { ELF_PRODUCERS, type ProducerRow } from "./producer-table.ts";

/** The tool that a file names as its producer. */
export interface Producer {
  /** As in `--writer`. */
  readonly command: string;
  readonly effect: Exclude<Effect, "none">;
  /** Whether the tool finds out by other means than times what is up to date. */
  readonly ignoresTimes?: true;
  /** A build file whose tool may look at the time of the file. */
  readonly reader?: BytePath;
}

type Row = Pick<ProducerRow, "command" | "effect" | "kinds" | "path" | "ignoresTimes">;

/** Python 2 writes in place; from 3.4 on, a new file is renamed. */
const PYTHON_2: Row = { command: "python2", kinds: ["python-bytecode"], effect: "in-place" };
const BEFORE_PYTHON_3_4: Row = {
  command: "python3",
  kinds: ["python-bytecode"],
  effect: "unknown",
};
const PYTHON_3: Row = { command: "python3", kinds: ["python-bytecode"], effect: "replace" };
/** Magic numbers of CPython. */
const PYTHON_2_MAGIC = [50_428, 62_300] as const;
const BEFORE_PYTHON_3_4_MAGIC = [3000, 3249] as const;
/** erlc replaces modules; Elixir's compiler and mix write some of them in place. */
const ERLC: Row = { command: "erlc", kinds: ["beam"], effect: "replace" };
const ELIXIRC: Row = { command: "elixirc", kinds: ["beam"], effect: "unknown" };
const GO_COMPILE: Row = { command: "go tool compile", kinds: ["object"], effect: "in-place" };

/** The number of a row is the number of its bit. For a kind, the first row that applies counts. */
const ROWS: readonly Row[] = [
  ...ELF_PRODUCERS,
  PYTHON_2,
  BEFORE_PYTHON_3_4,
  PYTHON_3,
  ERLC,
  ELIXIRC,
  GO_COMPILE,
];
if (ROWS.length > 32) throw new Error("too many producers for the bits of a number");

/** The bits of the rows that look at the path. */
const WITH_PATH = ROWS.reduce(
  (bits, { path }, i) => (path === undefined ? bits : bits | (1 << i)),
  0,
);
const COMMENT = ".comment";
/** The sections that the table asks for. */
const WANTED = new RegExp(
  [/^\.comment$/, ...ELF_PRODUCERS.flatMap(({ section }) => section ?? [])]
    .map(({ source }) => source)
    .join("|"),
);

/** The producers that the content of a file may name, depending on its kind: a number for `producerOf`. */
export function producersIn(file: ByteSource): number {
  const head = file.read(0, 64);
  if (isElf(head)) return elfProducers(file);
  const [low = 0, high = 0, cr, lf] = head;
  if (cr === 0x0d && lf === 0x0a) return bitOf(pythonOf(low + high * 256));
  const text = latin1(head);
  if (isGoObject(text)) return bitOf(GO_COMPILE);
  const source = text.startsWith("FOR1") ? beamSource(file) : undefined;
  return source === undefined ? 0 : bitOf(source.endsWith(".erl") ? ERLC : ELIXIRC);
}

/** The producer of a file of a kind; undefined if the file names none that is known. */
export function producerOf(producers: number, kind: string, path: BytePath): Producer | undefined {
  return ROWS.find(
    (row, i) => (producers >>> i) & 1 && row.kinds.includes(kind) && row.path?.test(path) !== false,
  );
}

/** Whether the path of a file of a kind may decide which of its producers counts. */
export function dependsOnPath(producers: number, kind: string): boolean {
  if ((producers & WITH_PATH) === 0) return false;
  return ROWS.some(
    ({ path, kinds }, i) => path !== undefined && (producers >>> i) & 1 && kinds.includes(kind),
  );
}

function bitOf(row: Row): number {
  return (1 << ROWS.indexOf(row)) >>> 0;
}

function elfProducers(file: ByteSource): number {
  const sections = elfSections(file, (name) => WANTED.test(name));
  const comments = sections
    .filter(({ name }) => name === COMMENT)
    .flatMap((section) => elfComments(file, section));
  let found = 0;
  ELF_PRODUCERS.forEach(({ comment, section }, i) => {
    if (comment !== undefined && !comments.some((text) => comment.test(text))) return;
    if (section !== undefined && !sections.some(({ name }) => section.test(name))) return;
    found |= 1 << i;
  });
  return found >>> 0;
}

/** Go's compiler and assembler write an archive whose first member is `__.PKGDEF` or `_go_.o`. */
function isGoObject(head: string): boolean {
  return /^!<arch>\n(?:__\.PKGDEF|_go_\.o)|^go object /.test(head);
}

function pythonOf(magic: number): Row {
  if (magic >= PYTHON_2_MAGIC[0] && magic <= PYTHON_2_MAGIC[1]) return PYTHON_2;
  if (magic >= BEFORE_PYTHON_3_4_MAGIC[0] && magic <= BEFORE_PYTHON_3_4_MAGIC[1])
    return BEFORE_PYTHON_3_4;
  return PYTHON_3;
}
