import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { type Result, errno, isErrno } from "../../src/core/result.ts";
import { openCalls } from "../../src/native/open.ts";
import { loadLibrary } from "../../src/native/load.ts";
import { toNative } from "../../src/core/byte-path.ts";
import { disk } from "../../src/fs/disk.ts";
import { calls, isRoot, temporaryDir, describeWhere, whyNot } from "./helpers.ts";

describeWhere("open directories and files", whyNot, () => {
  const root = temporaryDir();
  mkdirSync(`${root}/tree/deep/er`, { recursive: true });
  mkdirSync(`${root}/outside`);
  writeFileSync(`${root}/tree/file`, "text");
  symlinkSync("file", `${root}/tree/link`);
  symlinkSync("../outside", `${root}/tree/away`);
  symlinkSync("deep", `${root}/tree/within`);

  /** The inode that was opened, or the errno. */
  const inodeOf = (fd: Result<number>) => {
    if (isErrno(fd)) return fd;
    const { ino } = fstatSync(fd);
    expect(calls.close(fd)).toBeUndefined();
    return ino;
  };

  const READERS: [string, (path: string) => number][] = [
    ["native calls", (path) => calls.openFileAt(calls.cwd, path) as number],
    ["Node's calls", (path) => disk.openForReading(path)],
  ];
  const isLinux = process.platform === "linux";
  it.skipIf(!isLinux).each(READERS)(
    "%s: reading does not change the access time for the owner",
    (_, open) => {
      const path = `${root}/old`;
      writeFileSync(path, "text");
      utimesSync(path, 1, 2);
      const fd = open(path);
      expect(calls.read(fd, Buffer.alloc(4), 4, 0)).toBe(4);
      closeSync(fd);
      expect(statSync(path).atimeMs).toBe(1000);
    },
  );

  it.skipIf(!isRoot).each(READERS)("%s: other users can read the file, too", (_, open) => {
    chmodSync(root, 0o755);
    process.seteuid?.(65534);
    try {
      const fd = open(`${root}/tree/file`);
      expect(calls.read(fd, Buffer.alloc(4), 4, 0)).toBe(4);
      closeSync(fd);
    } finally {
      process.seteuid?.(0);
    }
  });

  it("openDir opens only directories", () => {
    expect(inodeOf(calls.openDir(`${root}/tree`))).toBe(statSync(`${root}/tree`).ino);
    expect(calls.openDir(`${root}/tree/file`)).toBe(errno("ENOTDIR"));
    expect(calls.openDir(`${root}/tree/away`)).toBe(errno("ENOTDIR"));
    expect(calls.openDir(`${root}/missing`)).toBe(errno("ENOENT"));
  });

  // Without openat2 (before Linux 5.6, macOS), the answers are the same.
  const stepwise =
    whyNot === undefined
      ? openCalls(loadLibrary(), { cwd: calls.cwd, CLOEXEC: 0, create: () => -1 })
      : calls;
  describe.each([
    ["in a single call", calls],
    ["step by step", stepwise],
  ])("openDirAt, %s", (_, variant) => {
    it.each([
      ["deep", "tree/deep"],
      ["deep/er", "tree/deep/er"],
      ["./deep//er/", "tree/deep/er"],
      ["", "tree"],
      [".", "tree"],
    ])("%j", (path, expected) => {
      const tree = calls.openDir(`${root}/tree`) as number;
      expect(inodeOf(variant.openDirAt(tree, path))).toBe(statSync(`${root}/${expected}`).ino);
      calls.close(tree);
    });

    it.each([
      ["a symbolic link out of the tree", "away"],
      ["a symbolic link in the path", "away/x"],
      ["a symbolic link within the tree", "within/er"],
      ["the parent", ".."],
      ["a parent further on", "deep/../../outside"],
      ["absolute", "/"],
      ["a file", "file"],
      ["a missing name", "deep/missing"],
    ])("refuses %s", (_what, path) => {
      const tree = calls.openDir(`${root}/tree`) as number;
      const before = readdirSync("/dev/fd").length;
      expect(["ELOOP", "ENOTDIR", "EXDEV", "ENOENT"].map(errno)).toContain(
        inodeOf(variant.openDirAt(tree, path)),
      );
      expect(readdirSync("/dev/fd").length).toBe(before);
      calls.close(tree);
    });
  });

  it("openFileAt does not follow a symbolic link and does not block on a FIFO", () => {
    const tree = calls.openDir(`${root}/tree`) as number;
    const fd = calls.openFileAt(tree, "file") as number;
    expect(readFileSync(fd, "utf8")).toBe("text");
    expect(() => writeSync(fd, "x")).toThrow("EBADF");
    expect(calls.openFileAt(tree, "link")).toBe(errno("ELOOP"));
    expect(calls.openFileAt(tree, "missing")).toBe(errno("ENOENT"));
    execFileSync("mkfifo", [`${root}/tree/fifo`]);
    expect(fstatSync(calls.openFileAt(tree, "fifo") as number).isFIFO()).toBe(true);
  });

  it("close: EBADF for a closed descriptor", () => {
    const fd = calls.openDir(root) as number;
    expect([calls.close(fd), calls.close(fd)]).toEqual([undefined, errno("EBADF")]);
  });

  it("createFileAt creates only new files", () => {
    const tree = calls.openDir(`${root}/tree`) as number;
    const name = "new-\u00ff";
    const fd = calls.createFileAt(tree, name, 0o600) as number;
    writeSync(fd, "new");
    expect(readFileSync(toNative(`${root}/tree/${name}`), "utf8")).toBe("new");
    expect(fstatSync(fd).mode & 0o777).toBe(0o600);
    expect(calls.createFileAt(tree, name, 0o600)).toBe(errno("EEXIST"));
    expect(calls.createFileAt(tree, "link", 0o600)).toBe(errno("EEXIST"));
  });

  it.runIf(process.platform === "linux")(
    "opens no descriptor that a child process inherits",
    () => {
      const fds = [
        calls.openDir(root),
        calls.openDirAt(calls.cwd, "."),
        calls.openFileAt(calls.cwd, `${root}/tree/file`),
      ];
      for (const fd of fds) {
        expect(readFileSync(`/proc/self/fdinfo/${fd as number}`, "utf8")).toMatch(
          /^flags:\s+0?[23]\d{6}$/m,
        );
      }
    },
  );
});
