import { errnoByNumber } from "../core/result.ts";
import type { Library } from "./load.ts";
import type { SharingCalls } from "./types.ts";

/** linux/fs.h; the same on x86-64 and arm64. */
const FICLONE = 0x40049409;
const FIDEDUPERANGE = 0xc0189436;

/** Bytes per call: btrfs refuses or shortens more than 16 MiB (ioctl_fideduperange(2)). */
const CHUNK = 16 * 1024 * 1024;

const SAME = 0;
const DIFFERS = 1;

/** Shares blocks between files (ioctl_ficlone(2), ioctl_fideduperange(2)). */
export function linuxSharing(library: Library): Pick<SharingCalls, "clone" | "dedupeRange"> {
  const { lastError } = library;
  const ioctlFd = library.func("ioctl", "int", ["int", "ulong", "int"]);
  const ioctl = library.func("ioctl", "int", ["int", "ulong", "void *"]);
  // struct file_dedupe_range: source offset, source length, number of targets (u16, then 6 bytes reserved);
  // then one struct file_dedupe_range_info: fd, offset, bytes done, status (i32, then 4 bytes reserved).
  const memory = new ArrayBuffer(56);
  const request = Buffer.from(memory);
  const u64 = new BigUint64Array(memory);
  const i32 = new Int32Array(memory);

  return {
    clone: (source, target) => (ioctlFd(target, FICLONE, source) === 0 ? undefined : lastError()),
    dedupeRange(source, target, length) {
      let done = 0;
      while (done < length) {
        u64[0] = u64[4] = BigInt(done);
        u64[1] = BigInt(Math.min(CHUNK, length - done));
        u64[2] = 1n;
        u64[3] = BigInt(target);
        u64[5] = u64[6] = 0n;
        if (ioctl(source, FIDEDUPERANGE, request) !== 0) return lastError();
        const status = i32[12];
        if (status === DIFFERS) return "differs";
        if (status !== SAME) return errnoByNumber(-status);
        const shared = Number(u64[5]);
        if (shared === 0) break; // less than a block remains
        done += shared;
      }
      return done;
    },
  };
}
