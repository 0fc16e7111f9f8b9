import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { inspect, makeCopies } from "../faults/many-copies.ts";
import { runTrusting as run } from "../support/run.ts";
import { command, imageVolume, mount, volume, workDir } from "./volumes.ts";

const ext4 = imageVolume("ext4", 400, ["mkfs.ext4", "-q", "-F", "-N", "150000"]);

/** File systems with hard links. */
const LINKING = [
  ext4,
  imageVolume("btrfs", 200, ["mkfs.btrfs", "-q", "-f"]),
  imageVolume("xfs", 320, ["mkfs.xfs", "-q", "-f"]),
  volume("tmpfs", (place) => command("mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", place)),
  volume("overlayfs", (place) => {
    const layers = ["lower", "upper", "work"].map((layer) =>
      path.join(workDir(), `overlay-${layer}`),
    );
    for (const layer of layers) fs.mkdirSync(layer);
    const [lower, upper, work] = layers;
    command(
      "mount",
      "-t",
      "overlay",
      "-o",
      `lowerdir=${lower},upperdir=${upper},workdir=${work}`,
      "overlay",
      place,
    );
  }),
];

describe.each(LINKING)("$name", ({ root: volumeRoot, missing }) => {
  test.skipIf(volumeRoot === undefined).each([
    { method: "exchange", env: {} },
    { method: "rename", env: { DEDUPE_NO_NATIVE: "1" } },
  ])(`links by $method${missing === "" ? "" : ` (skipped: ${missing})`}`, ({ method, env }) => {
    const root = path.join(volumeRoot as string, method);
    const copies = makeCopies(400, 10, root);
    const dirs = ["d1", "d7"].map((name) => path.join(root, name));
    for (const dir of dirs) command("touch", "-d", "@-86399.123456789", dir);
    const times = dirs.map((dir) => fs.statSync(dir, { bigint: true }).mtimeNs);
    const done = run(["--hardlink", "--json", root], { env });
    expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
    expect(inspect(copies)).toEqual({ wrong: [], inodes: 10, temporaries: 0 });
    expect(done.json["methods"]).toMatchObject({ exchange: 0, rename: 0, [method]: 390 });
    const now = dirs.map((dir) => fs.statSync(dir, { bigint: true }).mtimeNs);
    // Without native calls, times before 1970 are rounded down to milliseconds.
    if (method === "exchange") expect(now).toEqual(times);
    else now.forEach((time, i) => expect(Number(times[i] - time)).toBeLessThan(2_000_000));
    expect(run(["--hardlink", "--json", root], { env }).json.totals).toMatchObject({
      replaced: 0,
      failed: 0,
    });
  });
});

describe("the maximum number of links to an inode", () => {
  test.skipIf(ext4.root === undefined)(
    "ext4: 70,000 files are linked to two inodes",
    () => {
      const copies = makeCopies(70_000, 1, path.join(ext4.root as string, "limit"));
      const done = run(["--hardlink", "--json", copies.root]);
      expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
      expect(inspect(copies)).toEqual({ wrong: [], inodes: 2, temporaries: 0 });
      expect(done.json.skipped.map(({ reason }) => reason)).toEqual(["link-limit"]);
      const again = run(["--hardlink", "--json", copies.root]);
      expect(again).toMatchObject({ code: 0, stderr: "" });
      expect(again.json.totals).toMatchObject({ replaced: 0, failed: 0 });
      expect(again.json.totals).toMatchObject({ replaceable: 0, freeableBytes: 0 });
      expect(run(["--check", copies.root])).toMatchObject({ code: 0, stderr: "" });
      fs.rmSync(copies.root, { recursive: true });
    },
    600_000,
  );

  const small = imageVolume("btrfs without extref", 200, [
    "mkfs.btrfs",
    "-q",
    "-f",
    "-O",
    "^extref,^no-holes",
  ]);
  test.skipIf(small.root === undefined)(
    `btrfs without extref: a few hundred links${small.missing}`,
    () => {
      const root = path.join(small.root as string, "names");
      fs.mkdirSync(root);
      for (let i = 0; i < 1500; i += 1)
        fs.writeFileSync(path.join(root, `n${i}.o`), "the same bytes");
      const done = run(["--hardlink", root]);
      expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
      const names = fs.readdirSync(root);
      expect(names).toHaveLength(1500);
      const files = new Set(names.map((name) => fs.statSync(path.join(root, name)).ino)).size;
      expect(files).toBeGreaterThan(1);
      expect(files).toBeLessThan(20);
      for (const name of names)
        expect(fs.readFileSync(path.join(root, name), "utf8")).toBe("the same bytes");
    },
  );
});

describe("if links cannot be made, every path is reported and nothing changes", () => {
  const vfat = imageVolume("vfat", 40, ["mkfs.vfat"]);
  test.skipIf(vfat.root === undefined)(`vfat has no links: EPERM${vfat.missing}`, () => {
    const copies = makeCopies(60, 2, path.join(vfat.root as string, "t"));
    const done = run(["--hardlink", copies.root]);
    expect(done.code).toBe(3);
    expect(done.stderr.match(/\(EPERM\)/g)).toHaveLength(58);
    expect(inspect(copies)).toEqual({ wrong: [], inodes: 60, temporaries: 0 });
  });

  const readOnly = volume("read-only", (place) => command("mount", "-t", "tmpfs", "tmpfs", place));
  test.skipIf(readOnly.root === undefined)("a read-only mount: EROFS", () => {
    const copies = makeCopies(60, 2, path.join(readOnly.root as string, "t"));
    command("mount", "-o", "remount,ro", readOnly.root as string);
    const done = run(["--hardlink", copies.root]);
    expect(done.code).toBe(3);
    expect(done.stderr.match(/read-only \(EROFS\)/g)).toHaveLength(58);
    expect(inspect(copies)).toEqual({ wrong: [], inodes: 60, temporaries: 0 });
  });

  const full = imageVolume("full", 8, [
    "mkfs.ext4",
    "-q",
    "-F",
    "-b",
    "1024",
    "-N",
    "4096",
    "-m",
    "0",
    "-O",
    "^has_journal",
  ]);
  test.skipIf(full.root === undefined)(
    "a full file system: files are linked as far as possible, ENOSPC for the others",
    () => {
      const root = full.root as string;
      fs.mkdirSync(path.join(root, "t"));
      // Long names fill the block of the directory soon; then another entry makes the directory grow.
      const names = Array.from({ length: 100 }, (_, i) =>
        path.join(root, "t", `${String(i).padStart(200, "n")}.o`),
      );
      for (const name of names) fs.writeFileSync(name, "the same bytes");
      const filler = fs.openSync(path.join(root, "filler"), "w");
      for (const size of [65_536, 1024]) {
        try {
          for (;;) fs.writeSync(filler, Buffer.alloc(size));
        } catch (error) {
          expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
        }
      }
      fs.closeSync(filler);
      const done = run(["--hardlink", root]);
      expect([0, 3]).toContain(done.code);
      if (done.code === 3) expect(done.stderr).toMatch(/no space left.*\(ENOSPC\)/);
      for (const name of names) expect(fs.readFileSync(name, "utf8")).toBe("the same bytes");
      fs.rmSync(path.join(root, "filler"));
      expect(run(["--hardlink", root])).toMatchObject({ code: 0, stderr: "" });
      expect(new Set(names.map((name) => fs.statSync(name).ino)).size).toBe(1);
      expect(fs.readdirSync(path.join(root, "t"))).toHaveLength(100);
    },
  );
});

describe("mounts inside the tree", () => {
  test.skipIf(ext4.root === undefined)(
    "a bind mount has the same device but allows no links across it: each side is linked separately",
    () => {
      const base = path.join(ext4.root as string, "bind");
      const copies = makeCopies(100, 1, path.join(base, "tree"));
      const other = path.join(base, "other");
      fs.mkdirSync(other);
      for (const i of [1, 2, 3])
        fs.copyFileSync(path.join(copies.root, "d0/f0.o"), path.join(other, `o${i}.o`));
      fs.mkdirSync(path.join(copies.root, "mounted"));
      mount(path.join(copies.root, "mounted"), "--bind", other);
      const done = run(["--hardlink", copies.root]);
      expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
      expect(inspect(copies)).toEqual({ wrong: [], inodes: 1, temporaries: 0 });
      expect(new Set([1, 2, 3].map((i) => fs.statSync(path.join(other, `o${i}.o`)).ino)).size).toBe(
        1,
      );
    },
  );

  test.skipIf(ext4.root === undefined)(
    "another file system inside the tree is linked separately, and skipped with --one-file-system",
    () => {
      const copies = makeCopies(100, 1, path.join(ext4.root as string, "nested"));
      const inner = path.join(copies.root, "inner");
      fs.mkdirSync(inner);
      mount(inner, "-t", "tmpfs", "tmpfs");
      for (const i of [1, 2])
        fs.copyFileSync(path.join(copies.root, "d0/f0.o"), path.join(inner, `o${i}.o`));
      const inodes = (): number =>
        new Set([1, 2].map((i) => fs.statSync(path.join(inner, `o${i}.o`)).ino)).size;
      expect(run(["--hardlink", "--one-file-system", copies.root])).toMatchObject({
        code: 0,
        stderr: "",
      });
      expect(inodes()).toBe(2);
      expect(run(["--hardlink", copies.root])).toMatchObject({ code: 0, stderr: "" });
      expect(inodes()).toBe(1);
      expect(inspect(copies)).toEqual({ wrong: [], inodes: 1, temporaries: 0 });
    },
  );
});
