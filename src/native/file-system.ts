import { cPath } from "./c-path.ts";
import type { Library } from "./load.ts";
import type { Native } from "./types.ts";

/** By f_type (statfs(2), linux/magic.h; zfs and bcachefs from their own sources). */
const NAMES = new Map<number, string>([
  [0x00001373, "devfs"],
  [0x00003434, "nilfs2"],
  [0x00004244, "hfs"],
  [0x0000482b, "hfsplus"],
  [0x00004d44, "vfat"],
  [0x0000517b, "smb"],
  [0x00006969, "nfs"],
  [0x00009660, "iso9660"],
  [0x00009fa0, "proc"],
  [0x0000ef53, "ext4"],
  [0x0000f15f, "ecryptfs"],
  [0x00c36400, "ceph"],
  [0x01021994, "tmpfs"],
  [0x01021997, "9p"],
  [0x01161970, "gfs2"],
  [0x0bd00bd0, "lustre"],
  [0x15013346, "udf"],
  [0x2011bab0, "exfat"],
  [0x2fc12fc1, "zfs"],
  [0x3153464a, "jfs"],
  [0x47504653, "gpfs"],
  [0x52654973, "reiserfs"],
  [0x5346414f, "afs"],
  [0x5346544e, "ntfs"],
  [0x58465342, "xfs"],
  [0x61756673, "aufs"],
  [0x62656572, "sysfs"],
  [0x65735546, "fuse"],
  [0x6b414653, "afs"],
  [0x73717368, "squashfs"],
  [0x7366746e, "ntfs3"],
  [0x7461636f, "ocfs2"],
  [0x794c7630, "overlayfs"],
  [0x858458f6, "ramfs"],
  [0x9123683e, "btrfs"],
  [0xca451a4e, "bcachefs"],
  [0xe0f5e1e2, "erofs"],
  [0xf2f52010, "f2fs"],
  [0xfe534d42, "smb2"],
  [0xff534d42, "cifs"],
]);

/** statfs(2) of 64-bit Linux: f_type at byte 0 of 120. */
export function linuxFileSystemType(library: Library): Native["fileSystemType"] {
  const { lastError } = library;
  const statfs = library.func("statfs", "int", ["str", "void *"]);
  const fstatfs = library.func("fstatfs", "int", ["int", "void *"]);
  const out = Buffer.alloc(256);
  return (file) => {
    const result = typeof file === "number" ? fstatfs(file, out) : statfs(cPath(file), out);
    if (result !== 0) return lastError();
    const type = out.readUInt32LE(0);
    return NAMES.get(type) ?? `0x${type.toString(16)}`;
  };
}
