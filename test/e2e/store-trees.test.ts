/** Real build trees that share a store: made one after the other, and nothing to do in any of them afterwards. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { mountImage } from "../native/helpers.ts";
import { installed } from "../support/installed.ts";
import { run } from "../support/run.ts";
import { entriesOf, newStore, storeCommand } from "../support/store.ts";
import { emptyDir } from "../support/tree.ts";

const UNITS = ["alpha", "beta", "gamma", "delta"];
const SOURCES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    UNITS.map((unit) => [
      `${unit}.c`,
      `#include "common.h"\nint ${unit}(int x) { return x * ${unit.length} + COMMON; }\n`,
    ]),
  ),
  "common.h": `#define COMMON 7\n${UNITS.map((unit) => `int ${unit}(int);\n`).join("")}`,
  "main.c": `#include "common.h"\nint main(void) { return ${UNITS.map((unit) => `${unit}(1)`).join(" + ")}; }\n`,
};
const OBJECTS = [...UNITS, "main"].map((unit) => `${unit}.o`).join(" ");

interface Project {
  readonly name: string;
  readonly tools: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly build: string;
  /** Prints what the next build would do; nothing if it has nothing to do. */
  readonly pending: string;
  /** The directory of the build. */
  readonly out: string;
  /** The tool writes the path of the checkout into its outputs, so that those of two checkouts differ. */
  readonly hasPaths?: true;
}

const PROJECTS: readonly Project[] = [
  {
    name: "make with depfiles",
    tools: ["gcc", "make"],
    files: {
      ...SOURCES,
      Makefile: `CFLAGS = -O2 -MMD\nprog: ${OBJECTS}\n\tgcc -o $@ $^\n-include *.d\nclean:\n\trm -f *.o *.d prog\n`,
    },
    build: "make",
    pending: "make -q || echo work",
    out: ".",
  },
  {
    name: "CMake with ninja",
    tools: ["gcc", "cmake", "ninja"],
    files: {
      ...SOURCES,
      "CMakeLists.txt": `cmake_minimum_required(VERSION 3.10)\nproject(p C)\nadd_library(parts STATIC ${UNITS.map((unit) => `${unit}.c`).join(" ")})\nadd_executable(prog main.c)\ntarget_link_libraries(prog parts)\n`,
    },
    build: "cmake -G Ninja -S . -B build && ninja -C build",
    pending: "ninja -C build -n | grep -v 'no work to do\\|Entering directory'",
    out: "build",
  },
  {
    name: "meson",
    tools: ["gcc", "meson", "ninja"],
    files: {
      ...SOURCES,
      "meson.build": `project('p', 'c')\nparts = static_library('parts', ${UNITS.map((unit) => `'${unit}.c'`).join(", ")})\nexecutable('prog', 'main.c', link_with: parts)\n`,
    },
    build: "meson setup --buildtype=release build && ninja -C build",
    pending: "ninja -C build -n | grep -v 'no work to do\\|Entering directory'",
    out: "build",
  },
  {
    name: "cargo",
    tools: ["cargo"],
    files: {
      "Cargo.toml": '[package]\nname = "p"\nversion = "0.1.0"\nedition = "2018"\n',
      "Cargo.lock": 'version = 3\n\n[[package]]\nname = "p"\nversion = "0.1.0"\n',
      "src/lib.rs": "pub fn seven() -> u32 { 7 }\n",
      "src/main.rs": 'fn main() { println!("{}", p::seven()); }\n',
    },
    build: "cargo build --offline",
    pending: "cargo build --offline 2>&1 | grep -v 'Finished\\|warning'",
    out: "target",
    hasPaths: true,
  },
];

function sh(cwd: string, command: string): string {
  return execFileSync("sh", ["-c", command], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What the next build would do. */
function pendingIn(cwd: string, { pending }: Project): string {
  return spawnSync("sh", ["-c", pending], { cwd, encoding: "utf8" }).stdout.trim();
}

/** A fresh checkout: the times of all sources are those of now. */
function checkOut(root: string, files: Project["files"]): void {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
}

interface Shared {
  readonly found: number;
  readonly replaced: number;
  readonly added: number;
}

function share(action: string, store: string, tree: string): Shared {
  const done = run(["--json", action, "--store", store, tree]);
  expect(done.stderr).toBe("");
  expect(done.code).toBe(0);
  return done.json["store"] as Shared;
}

describe.each(["--hardlink", "--reflink"] as const)("two fresh checkouts with %s", (action) => {
  const { dir, why } =
    action === "--reflink" ? mountImage("btrfs") : { dir: emptyDir(), why: undefined };

  for (const project of PROJECTS) {
    const { name, tools, files, build, out, hasPaths } = project;
    test.skipIf(why !== undefined || !installed(...tools))(`${name}: nothing to do`, () => {
      const base = path.join(dir, name.replaceAll(" ", "-"));
      const store = path.join(base, "store");
      fs.mkdirSync(base);
      const trees = ["one", "two"].map((each) => path.join(base, each));
      for (const tree of trees) {
        checkOut(tree, files);
        sh(tree, build);
        expect(pendingIn(tree, project)).toBe("");
        const shared = share(action, store, path.join(tree, out));
        if (tree === trees[0]) expect(shared.added).toBeGreaterThan(0);
        else if (action === "--reflink" && hasPaths === undefined)
          expect(shared.replaced).toBeGreaterThan(0);
      }
      for (const tree of trees) expect(pendingIn(tree, project)).toBe("");
      expect(storeCommand("verify", store).code).toBe(0);
    });
  }
});

describe("a second checkout whose sources have the times of the first", () => {
  const [make] = PROJECTS;

  test.skipIf(!installed(...make.tools))("shares its objects and programs by hardlinks", () => {
    const [one, two, store] = [emptyDir(), emptyDir(), newStore()];
    checkOut(one, make.files);
    execFileSync("cp", ["-a", `${one}/.`, two]);
    for (const tree of [one, two]) sh(tree, make.build);
    share("--hardlink", store, one);
    // Five objects and a program.
    expect(share("--hardlink", store, two)).toMatchObject({ replaced: 6, added: 0 });
    for (const tree of [one, two]) expect(pendingIn(tree, make)).toBe("");
    fs.appendFileSync(`${two}/alpha.c`, "int more;\n");
    expect(pendingIn(two, make)).toBe("work");
    sh(two, make.build);
    expect(pendingIn(one, make)).toBe("");
    expect(storeCommand("verify", store).code).toBe(0);
  });
});

/** Kilobytes on the disk; a file with several links counts once. */
function diskUsage(...paths: readonly string[]): number {
  const total = execFileSync("du", ["-skc", ...paths], { encoding: "utf8" })
    .trim()
    .split("\n");
  return Number(total.at(-1)?.split("\t")[0]);
}

/** Kilobytes on the disk of all regular files below a directory. */
function fileUsage(root: string): number {
  return fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => fs.lstatSync(path.join(root, name)))
    .filter((stat) => stat.isFile())
    .reduce((sum, { blocks }) => sum + blocks / 2, 0);
}

describe("install roots share everything", () => {
  test.skipIf(!installed("gcc", "make"))("of a C project", () => {
    const store = newStore();
    const roots = [1, 2].map(() => {
      const tree = emptyDir();
      checkOut(tree, {
        ...SOURCES,
        Makefile: `CFLAGS = -O2 -g0\nprog: ${OBJECTS}\n\tgcc -o $@ $^\ninstall: prog\n\tinstall -D prog $(DESTDIR)/bin/prog\n\tinstall -D -m 644 alpha.o $(DESTDIR)/lib/alpha.o\n`,
      });
      const root = emptyDir();
      sh(tree, `make install DESTDIR=${root}`);
      return root;
    });
    const [one, two] = roots;
    expect(share("--hardlink", store, one).added).toBe(2);
    const before = diskUsage(one, store);
    const dirs = diskUsage(two) - fileUsage(two);
    expect(share("--hardlink", store, two)).toMatchObject({ found: 2, replaced: 2, added: 0 });
    expect(diskUsage(one, store, two)).toBe(before + dirs);
    expect(entriesOf(store).some((entry) => entry.endsWith("-755-prog"))).toBe(true);
  });

  test.skipIf(!installed("python3"))("of a Python package with hash-based bytecode", () => {
    const store = newStore();
    const roots = [1, 2].map(() => {
      const root = emptyDir();
      const files = Object.fromEntries(
        UNITS.map((unit) => [`site-packages/p/${unit}.py`, `def ${unit}():\n    return 7\n`]),
      );
      checkOut(root, { ...files, "site-packages/p/__init__.py": "VERSION = 1\n" });
      sh(
        root,
        "python3 -m compileall -q -d /site-packages --invalidation-mode unchecked-hash site-packages",
      );
      return root;
    });
    const [one, two] = roots;
    expect(share("--hardlink", store, one).added).toBe(5);
    expect(share("--hardlink", store, two)).toMatchObject({ found: 5, replaced: 5, added: 0 });
    const imported = sh(
      two,
      "PYTHONPATH=site-packages python3 -c 'import p.alpha; print(p.alpha.alpha())'",
    );
    expect(imported.trim()).toBe("7");
    const caches = roots.map((root) => path.join(root, "site-packages/p/__pycache__"));
    expect(diskUsage(...caches)).toBe(
      diskUsage(caches[0]) + (diskUsage(caches[1]) - fileUsage(caches[1])),
    );
  });
});
