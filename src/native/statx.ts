import type { Result } from "../core/result.ts";
import { cPath } from "./c-path.ts";
import type { CFunction, Library } from "./load.ts";
import { type StatBuffer, deviceNumber } from "./stat-buffer.ts";
import type { Stat, StatCalls } from "./types.ts";

const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_NO_AUTOMOUNT = 0x800;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;
const STATX_MNT_ID = 0x1000;
const MASK = STATX_BASIC_STATS | STATX_MNT_ID;
const SECOND = 1_000_000_000n;
const TWO_32 = 0x1_0000_0000;

/** lstat by statx(2), the layout of which is the same on every architecture (struct statx, 256 bytes). */
export function statxCalls(
  library: Library,
  statx: CFunction,
  statxByAddress: CFunction,
): StatCalls {
  const { lastError, addressOf } = library;
  const memory = new ArrayBuffer(256);
  const out = Buffer.from(memory);
  const u16 = new Uint16Array(memory);
  const u32 = new Uint32Array(memory);
  const u64 = new BigUint64Array(memory);
  const i64 = new BigInt64Array(memory);

  function call(dir: number, name: string | Buffer, flags: number): Result<Stat> {
    if (statx(dir, name, flags, MASK, out) !== 0) return lastError();
    return {
      dev: deviceNumber(u32[34], u32[35]),
      ino: u64[4],
      mode: u16[14],
      uid: u32[5],
      gid: u32[6],
      nlink: u32[4],
      size: u32[10] + u32[11] * TWO_32,
      blocks: u32[12] + u32[13] * TWO_32,
      mtimeNs: i64[14] * SECOND + BigInt(u32[30]),
      ctimeNs: i64[12] * SECOND + BigInt(u32[26]),
      mount: (u32[0] & STATX_MNT_ID) === 0 ? 0 : u32[36] + u32[37] * TWO_32,
    };
  }

  const statBy = (dir: number, name: string | Buffer, flags: number, into: StatBuffer): Result =>
    statx(dir, name, flags, MASK, into.memory) === 0 ? undefined : lastError();

  const BY_NAME = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
  /** The memory that was used last, and where it is: finding that out takes as long as handing over a string. */
  let lastNames: Uint8Array | undefined;
  let address = 0;

  return {
    statFrom(dir, names, start, into) {
      if (names !== lastNames) {
        lastNames = names;
        address = addressOf(names);
      }
      const done = statxByAddress(dir, address + start, BY_NAME, MASK, into.memory) === 0;
      return done ? undefined : lastError();
    },
    statInto: (dir, name, into) => statBy(dir, cPath(name), BY_NAME, into),
    fstatInto: (fd, into) => statBy(fd, "", AT_EMPTY_PATH, into),
    statAt: (dir, name) => call(dir, cPath(name), BY_NAME),
    statFd: (fd) => call(fd, "", AT_EMPTY_PATH),
  };
}
