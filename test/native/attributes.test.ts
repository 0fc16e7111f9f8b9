import { closeSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { errno, isErrno } from "../../src/core/result.ts";
import { toNative } from "../../src/core/byte-path.ts";
import { calls, isRoot, otherDevice, temporaryDir, describeWhere, whyNot } from "./helpers.ts";

/** vfs_ns_cap_data of revision 2 (linux/capability.h): cap_net_raw, permitted and effective, as `setcap cap_net_raw+ep` writes it. */
const CAPABILITY = Buffer.from("0100000200200000000000000000000000000000", "hex");
/** posix_acl_xattr (linux/posix_acl_xattr.h), version 2: rw for the owner, r for user 12345, mask r. */
const ACCESS_LIST = Buffer.from(
  "02000000" +
    "01000600ffffffff" +
    "0200040039300000" +
    "04000400ffffffff" +
    "10000400ffffffff" +
    "20000000ffffffff",
  "hex",
);

describeWhere("extended attributes", whyNot, () => {
  describe.each([
    ["temporary directory", tmpdir()],
    ["other device", otherDevice()],
  ])("%s", (_title, base) => {
    const root = base === undefined ? "" : temporaryDir(base);
    const file = `${root}/file-\u00e9`;
    const fresh = () => writeFileSync(toNative(file), "");
    const userAttributes =
      base !== undefined && whyNot === undefined
        ? (fresh(), !isErrno(calls.setAttribute(file, "user.probe", Buffer.from("x"))))
        : false;

    it.skipIf(base === undefined)("a plain file has none", () => {
      const plain = `${root}/plain`;
      writeFileSync(plain, "");
      const before = calls.attributes(plain);
      // A system with SELinux labels every file.
      expect((before as unknown[]).length === 0).toBe(calls.attributeListLength(plain) === 0);
    });

    it.skipIf(!userAttributes)(
      "answers names and values, sorted, for a path and for an open file",
      () => {
        const values: [string, Buffer][] = [
          ["user.z", Buffer.from("last")],
          ["user.a", Buffer.from([0, 255, 0, 10])],
          ["user.empty", Buffer.alloc(0)],
          ["user.caf\u00e9\u00ff", Buffer.from("odd name")],
        ];
        for (const [name, value] of values)
          expect(calls.setAttribute(file, name, value)).toBeUndefined();
        expect(calls.removeAttribute(file, "user.probe")).toBeUndefined();
        const found = calls.attributes(file);
        expect(found).toMatchObject(
          [...values]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, value]) => ({ name, value })),
        );
        expect(calls.attributeListLength(file)).toBe(
          values.reduce((sum, [name]) => sum + name.length + 1, 0),
        );
        const fd = openSync(toNative(file), "r");
        expect(calls.attributes(fd)).toEqual(found);
        expect(calls.attributeListLength(fd)).toBe(calls.attributeListLength(file));
        expect(calls.setAttribute(fd, "user.fd", Buffer.from("1"))).toBeUndefined();
        expect(calls.removeAttribute(fd, "user.fd")).toBeUndefined();
        expect(calls.attributes(fd)).toEqual(found);
        closeSync(fd);
        expect(calls.attributes(fd)).toBe(errno("EBADF"));
      },
    );

    it.skipIf(!userAttributes)("answers values that later calls do not overwrite", () => {
      const many = `${root}/many`;
      writeFileSync(many, "");
      for (let i = 0; i < 8; i++) calls.setAttribute(many, `user.${i}`, Buffer.alloc(100, i));
      const found = calls.attributes(many);
      expect(found).toHaveLength(8);
      expect(found).toMatchObject(
        Array.from({ length: 8 }, (_, i) => ({ value: Buffer.alloc(100, i) })),
      );
    });

    it.skipIf(!isRoot || base === undefined)(
      "includes capabilities and access control lists (root)",
      () => {
        const guarded = `${root}/guarded`;
        writeFileSync(guarded, "");
        const done = [
          calls.setAttribute(guarded, "security.capability", CAPABILITY),
          calls.setAttribute(guarded, "system.posix_acl_access", ACCESS_LIST),
        ];
        if (done.some((answer) => answer === errno("ENOTSUP") || answer === errno("EPERM"))) return; // not supported by this mount, or a container
        expect(done).toEqual([undefined, undefined]);
        expect(calls.attributes(guarded)).toMatchObject([
          { name: "security.capability", value: CAPABILITY },
          { name: "system.posix_acl_access", value: ACCESS_LIST },
        ]);
      },
    );

    it.skipIf(!isRoot || base === undefined)(
      "answers the attributes of a symbolic link itself (root)",
      () => {
        const link = `${root}/link`;
        symlinkSync(toNative(file), link);
        if (isErrno(calls.setAttribute(link, "trusted.link", Buffer.from("own")))) return; // not supported here
        expect(calls.attributes(link)).toMatchObject([
          { name: "trusted.link", value: Buffer.from("own") },
        ]);
        expect(JSON.stringify(calls.attributes(file))).not.toContain("trusted.link");
      },
    );
  });

  const root = temporaryDir();
  const memory = otherDevice();
  const roomy = memory === undefined ? "" : temporaryDir(memory);
  it.skipIf(roomy === "" || !isRoot)(
    "grows its buffer for values and lists of more than 4 KiB (root, in memory)",
    () => {
      const file = `${roomy}/file`;
      writeFileSync(file, "");
      const long = Buffer.alloc(60_000, 7);
      if (isErrno(calls.setAttribute(file, "trusted.long", long))) return; // not supported here
      expect(calls.attributes(file)).toEqual([{ name: "trusted.long", value: long }]);
      const names = Array.from(
        { length: 100 },
        (_, i) => `trusted.${String(i).padStart(3, "0")}${"n".repeat(200)}`,
      );
      for (const name of names)
        expect(calls.setAttribute(file, name, Buffer.from("1"))).toBeUndefined();
      expect((calls.attributes(file) as { name: string }[]).map(({ name }) => name)).toEqual([
        ...names,
        "trusted.long",
      ]);
    },
  );

  it("ENOENT: a missing path; ENOTDIR: a path below a file", () => {
    writeFileSync(`${root}/file`, "");
    for (const [code, path] of [
      ["ENOENT", `${root}/missing`],
      ["ENOTDIR", `${root}/file/x`],
    ] as const) {
      expect(calls.attributes(path)).toBe(errno(code));
      expect(calls.attributeListLength(path)).toBe(errno(code));
      expect(calls.setAttribute(path, "user.a", Buffer.from("1"))).toBe(errno(code));
      expect(calls.removeAttribute(path, "user.a")).toBe(errno(code));
    }
  });

  it.runIf(process.platform === "linux")("a file system without attributes has none", () => {
    expect(calls.attributes("/proc/self/status")).toEqual([]);
    expect(calls.attributeListLength("/proc/self/status")).toBe(0);
  });
});
