import { KINDS, kindByName } from "../artifacts/kinds.ts";
import type { BytePath } from "../core/byte-path.ts";
import { type ByteSource, latin1 } from "../formats/byte-source.ts";
import { beamSource } from "../formats/beam.ts";
import { elfComments, elfSections } from "../formats/elf.ts";
import type { Effect } from "./command-row.ts";
import { ELF_PRODUCERS, type ProducerRow } from "./producer-table.ts";

/** The tool that a file names as its producer. */
export interface Producer {
  /** As in `--writer`. */
  readonly command: string;
  readonly effect: Exclude<Effect, "none">;
}

const ROWS_BY_KIND = new Map(
  KINDS.map(({ name }) => [name, ELF_PRODUCERS.filter(({ kinds }) => kinds.includes(name))]),
);
/** Magic numbers of CPython: Python 2 writes in place; from 3.4 on, a new file is renamed. */
const PYTHON_2 = [50_428, 62_300] as const;
const BEFORE_PYTHON_3_4 = [3000, 3249] as const;
/** CPython's own names of bytecode: only Python from 3.2 on writes them. */
const CACHED_BYTECODE =
  /\/__pycache__\/[^/]*\.(?:cpython-(?:3[4-9]|3\d\d|[4-9]\d*)|pypy\d+)\.(?:opt-\w+\.)?pyc$/;

/** By kind number. */
const MAY_NAME_PRODUCER = KINDS.map(
  ({ name }) =>
    name === "beam" || name === "python-bytecode" || ROWS_BY_KIND.get(name)?.length !== 0,
);
const PYTHON_BYTECODE = kindByName("python-bytecode");

/**
 * Whether a file may name its producer, so that it has to be read.
 *
 * @param kind The number of its kind.
 */
export function namesProducer(kind: number, path: () => BytePath): boolean {
  if (kind === PYTHON_BYTECODE) return !CACHED_BYTECODE.test(path());
  return kind < KINDS.length && MAY_NAME_PRODUCER[kind];
}

/** The producer of a file of a kind; undefined if the file names none that is known. */
export function producerOf(kind: string, file: ByteSource): Producer | undefined {
  switch (kind) {
    case "python-bytecode":
      return pythonOf(file);
    case "beam":
      return beamProducer(file);
    case "object":
      return isGoObject(file)
        ? { command: "go tool compile", effect: "in-place" }
        : elfProducer(kind, file);
    default:
      return elfProducer(kind, file);
  }
}

function elfProducer(kind: string, file: ByteSource): Producer | undefined {
  const rows = ROWS_BY_KIND.get(kind) ?? [];
  if (rows.length === 0) return undefined;
  const isWanted = (name: string): boolean =>
    name === ".comment" || rows.some(({ section }) => section?.test(name));
  const sections = elfSections(file, isWanted);
  const comments = sections
    .filter(({ name }) => name === ".comment")
    .flatMap((section) => elfComments(file, section));
  const matches = ({ comment, section }: ProducerRow): boolean =>
    (comment === undefined || comments.some((text) => comment.test(text))) &&
    (section === undefined || sections.some(({ name }) => section.test(name)));
  return rows.find(matches);
}

/** Go's compiler and assembler write an archive whose first member is `__.PKGDEF` or `_go_.o`. */
function isGoObject(file: ByteSource): boolean {
  return /^!<arch>\n(?:__\.PKGDEF|_go_\.o)|^go object /.test(latin1(file.read(0, 32)));
}

function pythonOf(file: ByteSource): Producer | undefined {
  const [low = 0, high = 0, cr, lf] = file.read(0, 4);
  if (cr !== 0x0d || lf !== 0x0a) return undefined;
  const magic = low + high * 256;
  if (magic >= PYTHON_2[0] && magic <= PYTHON_2[1])
    return { command: "python2", effect: "in-place" };
  if (magic >= BEFORE_PYTHON_3_4[0] && magic <= BEFORE_PYTHON_3_4[1])
    return { command: "python3", effect: "unknown" };
  return { command: "python3", effect: "replace" };
}

/** erlc replaces modules; Elixir's compiler and mix write some of them in place. */
function beamProducer(file: ByteSource): Producer | undefined {
  const source = beamSource(file);
  if (source === undefined) return undefined;
  return source.endsWith(".erl")
    ? { command: "erlc", effect: "replace" }
    : { command: "elixirc", effect: "unknown" };
}
