import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { whyNot } from "../native/helpers.ts";
import { compile, hasGcc } from "../support/compile.ts";
import { CLI } from "../support/paths.ts";
import { TRUST } from "../support/run.ts";
import { makeTree } from "../support/tree.ts";

/** Executes a command under a filter that answers EPERM to one system call, as that of an old container runtime does. */
const FILTER = `
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(int count, char **parameters) {
  struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, atoi(parameters[1]), 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { 4, code };
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 99;
  execvp(parameters[2], parameters + 2);
  return 98;
}`;

/** System call numbers (asm/unistd_64.h). */
const CALLS = { renameat2: 316, statx: 332, openat2: 437 } as const;

describe.skipIf(!hasGcc || whyNot !== undefined || process.arch !== "x64")(
  "a seccomp filter answers EPERM (needs gcc, koffi and x86-64)",
  () => {
    let filter: string;
    beforeAll(() => {
      filter = compile(FILTER);
    });

    test.each(Object.entries(CALLS))("to %s: the files are linked", (call, number) => {
      const root = makeTree({ "a/x.o": "same", "b/x.o": "same", "c/d/x.o": "same" });
      const command = [
        process.execPath,
        CLI,
        ...TRUST,
        "--hardlink",
        "--json",
        "--jobs",
        "1",
        root,
      ];
      const done = spawnSync(filter, [String(number), ...command], { encoding: "utf8" });
      expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: "" });
      const { totals, methods } = JSON.parse(done.stdout);
      expect(totals).toMatchObject({ replaced: 2, failed: 0 });
      const method = call === "renameat2" ? "rename" : "exchange";
      expect(methods).toMatchObject({ [method]: 2 });
      expect(fs.statSync(`${root}/c/d/x.o`).nlink).toBe(3);
    });
  },
);
