import { describe, expect, it } from "vitest";
import { buildStatusOf } from "../../src/verify/build-status.ts";

/** `quiet`: the command reports that there is nothing to do. */
const ANSWERS: readonly [command: string, code: number, output: string, quiet: boolean][] = [
  ["make -q", 0, "", true],
  ["make -q", 1, "", false],
  ["make -q", 2, "make: *** No rule to make target 'x'.  Stop.\n", false],
  ["make -n", 0, "make: Nothing to be done for 'all'.\n", true],
  ["make -n", 0, "make: 'prog' is up to date.\n", true],
  ["make -n", 0, "gcc -c -o a.o a.c\n", false],
  [
    "make -n",
    0,
    "make -C sub all\nmake[1]: Entering directory '/x/sub'\nmake[1]: Nothing to be done for 'all'.\nmake[1]: Leaving directory '/x/sub'\n",
    true,
  ],
  [
    "make -n",
    0,
    "make -C sub all\nmake[1]: Entering directory '/x/sub'\ngcc -c a.c\nmake[1]: Leaving directory '/x/sub'\n",
    false,
  ],
  ["cd sub && gmake -n", 0, "gmake: Nothing to be done for 'all'.\n", true],
  ["make", 0, "[ 50%] Built target foo\n[100%] Built target prog\n", true],
  [
    "cmake --build b",
    0,
    "Consolidate compiler generated dependencies of target foo\n[100%] Built target foo\n",
    true,
  ],
  ["cmake --build b", 0, "[ 50%] Building C object foo.c.o\n[100%] Built target foo\n", false],
  ["ninja -n", 0, "ninja: no work to do.\n", true],
  ["ninja -C b -n", 0, "ninja: Entering directory `b'\nninja: no work to do.\n", true],
  ["ninja -n", 0, "[1/2] gcc -c a.c\n", false],
  [
    "meson compile -C b",
    0,
    "INFO: autodetecting backend as ninja\nINFO: calculating backend command to run: /usr/bin/ninja -C b\nninja: Entering directory `b'\nninja: no work to do.\n",
    true,
  ],
  [
    "cargo build --message-format short",
    0,
    "    Finished dev [unoptimized + debuginfo] target(s) in 0.01s\n",
    true,
  ],
  [
    "cargo build --message-format short",
    0,
    "src/main.rs:1:1: warning: unused\n    Finished dev target(s) in 0.01s\n",
    true,
  ],
  ["cargo build", 0, "   Compiling x v0.1.0 (/x)\n    Finished dev target(s) in 0.51s\n", false],
  ["cargo build --message-format json", 0, '{"reason":"compiler-artifact","fresh":true}\n', true],
  ["cargo build --message-format json", 0, '{"reason":"compiler-artifact","fresh":false}\n', false],
  ["./up-to-date.sh", 0, "whatever it says\n", true],
  ["./up-to-date.sh", 3, "whatever it says\n", false],
  ["remake-check", 0, "gcc\n", true],
];

describe("the status of a build", () => {
  it.each(ANSWERS)("%s: exit code %i, %j", (command, code, output, quiet) => {
    expect(buildStatusOf(command, code, output).quiet).toBe(quiet);
  });

  it("quotes the line that reports work", () => {
    expect(buildStatusOf("ninja -n", 0, "[1/2] gcc -c a.c\n").why).toBe("[1/2] gcc -c a.c");
    expect(buildStatusOf("make -q", 1, "").why).toBe("exit code 1");
    expect(buildStatusOf("make -q", 2, "a\nb\n").why).toBe("exit code 2: b");
  });

  it("tells a command that does not exist from one that reports work", () => {
    expect(buildStatusOf("nmake", 127, "sh: nmake: not found\n")).toMatchObject({
      quiet: false,
      failed: true,
    });
    expect(buildStatusOf("make -q", 1, "").failed).toBeUndefined();
  });
});
