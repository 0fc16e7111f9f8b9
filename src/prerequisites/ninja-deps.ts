import type { BytePath } from "../core/byte-path.ts";
import type { Sliced } from "../core/slices.ts";
import { WorkBudget } from "../core/work-budget.ts";

/** The entry of one output in `.ninja_deps`. */
export interface NinjaEntry {
  /** The output's modification time when the entry was written, in nanoseconds; if the output is newer now, ninja ignores the entry. */
  readonly mtime: bigint;
  readonly prerequisites: readonly BytePath[];
}

export interface NinjaDeps {
  readonly version: number;
  /** The prerequisites that the compiler reported for an output; undefined if it has no entry. */
  entryOf(output: BytePath): NinjaEntry | undefined;
  /** The number of entries. */
  readonly size: number;
  /** Why the file could not be read completely; entries before the fault are valid. */
  readonly fault: string | undefined;
}

const MAGIC = "# ninjadeps\n";
/** `kMaxRecordSize` in ninja's deps_log.cc. */
const MAX_RECORD_SIZE = (1 << 19) - 1;
const MAX_PATHS = 2_000_000;
/** Records that are parsed in one slice. */
const RECORDS_PER_SLICE = 20_000;
/** Steps for a record, and for a prerequisite that a lookup returns. */
const STEPS_PER_RECORD = 20;
const STEPS_PER_RESULT = 100;

/**
 * Parses a `.ninja_deps` file, versions 3 and 4 (ninja's deps_log.h). Path records are numbered in file
 * order; a deps record holds an output's number, its time and the numbers of its prerequisites. The last
 * deps record of an output counts. Integers are in host byte order; little-endian is assumed.
 *
 * The prerequisites of an entry are decoded when it is looked up.
 *
 * @throws BudgetExceeded Lookups may throw it too.
 */
export function* parseNinjaDeps(
  bytes: Buffer,
  budget = new WorkBudget(bytes.length),
): Sliced<NinjaDeps> {
  const paths: Paths = { from: [], to: [] };
  const records = new Map<number, { readonly at: number; readonly end: number }>();
  const scan = yield* scanRecords(bytes, paths, records, budget);
  const wide = scan.version === 4;
  const pathOf = (id: number): BytePath => bytes.toString("latin1", paths.from[id], paths.to[id]);
  const numbers = new Map<BytePath, number>();
  for (const id of records.keys()) {
    budget.spend(STEPS_PER_RECORD);
    numbers.set(pathOf(id), id);
    if (numbers.size % RECORDS_PER_SLICE === 0) yield;
  }
  return {
    ...scan,
    size: records.size,
    entryOf(output) {
      const record = records.get(numbers.get(output) ?? -1);
      if (record === undefined) return undefined;
      const mtime = wide
        ? bytes.readBigInt64LE(record.at + 4)
        : BigInt(bytes.readInt32LE(record.at + 4)) * 1_000_000_000n;
      const prerequisites: BytePath[] = [];
      for (let at = record.at + (wide ? 12 : 8); at < record.end; at += 4) {
        const id = bytes.readInt32LE(at);
        if (id < 0 || id >= paths.from.length) continue;
        const path = pathOf(id);
        if (!path.includes("\0")) prerequisites.push(path);
      }
      budget.spend(STEPS_PER_RESULT * (1 + prerequisites.length));
      return { mtime, prerequisites };
    },
  };
}

/** The byte range of each path, by number. */
interface Paths {
  readonly from: number[];
  readonly to: number[];
}

function* scanRecords(
  bytes: Buffer,
  paths: Paths,
  records: Map<number, { at: number; end: number }>,
  budget: WorkBudget,
): Sliced<{ version: number; fault: string | undefined }> {
  if (bytes.length < MAGIC.length + 4 || bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    return { version: 0, fault: "it is not a ninja deps log" };
  }
  const version = bytes.readInt32LE(MAGIC.length);
  if (version !== 3 && version !== 4)
    return { version, fault: `version ${version} is not supported` };
  const fault = (at: number): { version: number; fault: string } => ({
    version,
    fault: `it is damaged at byte ${at}`,
  });
  const headOfDeps = version === 4 ? 12 : 8;
  let next = MAGIC.length + 4;
  for (let count = 1; next < bytes.length; count += 1) {
    budget.spend(STEPS_PER_RECORD);
    if (count % RECORDS_PER_SLICE === 0) yield;
    const start = next;
    if (start + 4 > bytes.length) return fault(start);
    const word = bytes.readUInt32LE(start);
    const isDeps = word >= 0x8000_0000;
    const size = isDeps ? word - 0x8000_0000 : word;
    const at = start + 4;
    next = at + size;
    if (size > MAX_RECORD_SIZE || size % 4 !== 0 || next > bytes.length) return fault(start);
    if (isDeps) {
      const output = size < headOfDeps ? -1 : bytes.readInt32LE(at);
      if (output < 0 || output >= paths.from.length) return fault(start);
      records.set(output, { at, end: next });
    } else {
      // A path, up to three padding zeros, and the complement of its number as a checksum.
      if (size < 8 || bytes.readUInt32LE(next - 4) !== ~paths.from.length >>> 0)
        return fault(start);
      let to = next - 4;
      while (to > next - 7 && bytes[to - 1] === 0) to -= 1;
      paths.from.push(at);
      paths.to.push(to);
      if (paths.to.length > MAX_PATHS)
        return { version, fault: `it has more than ${MAX_PATHS} paths` };
    }
  }
  return { version, fault: undefined };
}
