/** What a failed system call means to the person who reads it; each errno is worded here, once. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "the system forbids it (file of another owner, immutable, or a file system without links)",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the file system",
  EDQUOT: "the disk quota is used up",
  EIO: "the disk failed (input/output error)",
  ENAMETOOLONG: "the path is too long for the system",
  ENOENT: "it vanished meanwhile",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is no directory any more",
  ELOOP: "it became a symbolic link, or links lead in a circle",
  ESTALE: "the network file system lost it",
  EMLINK: "the file cannot take another link",
  ERANGE: "the file cannot take another link",
  EXDEV: "it is on another file system or behind another mount",
  EEXIST: "the name is taken",
  EMFILE: "too many open files",
  ENFILE: "too many open files in the system",
  ENXIO: "it became a device or a pipe",
  ETXTBSY: "the program is being run",
  ENOTSUP: "the file system cannot do it",
  ENOSYS: "the system cannot do it",
  EINVAL: "the file system cannot do it",
  EBUSY: "it is in use",
};

export function describeErrno(code: string): string {
  return WORDS[code] ?? `the system said ${code}`;
}

const REPLACED: ReadonlySet<string> = new Set(["ELOOP", "ENXIO", "ENOTDIR", "ESTALE", "EISDIR"]);

/** Whether opening a regular file fails with this code because another type of file has taken its path. */
export function isReplaced(code: string): boolean {
  return REPLACED.has(code);
}
