/**
 * Runs over trees whose build files, manifests and artifacts have random damage: each must end with a report.
 *
 * @module-tag slow
 */
import fs from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dedupe } from "../../src/commands/dedupe.ts";
import { beam, elf } from "../support/contents.ts";
import { edits, mutate } from "../support/mutate.ts";
import { PROJECT } from "../support/paths.ts";
import { contents } from "../support/snapshot.ts";
import { makeTree } from "../support/tree.ts";

const real = (name: string): string => fs.readFileSync(`${PROJECT}/${name}`, "latin1");
const object = elf("object", "code", {
  comments: ["GCC: (Debian 12.2.0-14) 12.2.0", "mold 1.10"],
  sections: [".go.buildinfo", ".debug_info", ".note.rustc"],
}).toString("latin1");
const WASM = "\0asm\x01\0\0\0\0\x2e\x09producers\x01\x0cprocessed-by\x01\x05clang\x0614.0.6";

/** What the readers of a run look at. Two names of each artifact exist. */
const NOTES: Readonly<Record<string, string>> = {
  Makefile: `${real("examples/makefile/Makefile")}\ninstall: a.o\n\tcp a.o $(DESTDIR)/usr/lib\n`,
  "build.ninja": real("fixtures/ninja-1.11/build.ninja"),
  ".ninja_log": real("fixtures/ninja-1.11/ninja_log"),
  ".ninja_deps": real("fixtures/ninja-1.11/ninja_deps"),
  "install_manifest.txt": "/usr/lib/a.o\n/usr/lib/b/a.o\n",
  "meson-logs/install-log.txt": "# List of files installed by Meson\n/usr/lib/a.o\n",
  "package.json": '{"name": "x", "files": ["a", "b/**/*.o", "!b/x", "+(a|b)?/{c,d}"]}',
  "a.d": "a.o: a.c a\\ b.h \\\n c.h\n",
  ".a.o.cmd": "cmd_a.o := gcc -Wp,-MD,.a.o.d -c -o a.o a.c\n\ndeps_a.o := a.h $(wildcard b.h)\n",
  "a.ali": "V 1.0\nU a%b\ta.adb\t00000000\n",
  "CMakeFiles/x.dir/compiler_depend.internal": "# CMAKE generated\n\na.o\n /src/a.c\n",
};
const ARTIFACTS: Readonly<Record<string, string>> = {
  "a.o": object,
  "a.wasm": WASM,
  "a.beam": beam("/src/x.erl").toString("latin1"),
  "a.pyc": "\xa7\x0d\x0d\x0a\0\0\0\0\0\0\0\0\0\0\0\0code",
  "a.a": `!<arch>\n${"__.PKGDEF".padEnd(16)}${"0".padEnd(42)}\`\ngo object linux amd64\n`,
};
const TOKENS =
  "$(A)|%|: |:=|\n|\t|\\\n|$\n|;|'|\"|cp |build |include Makefile\n|install: x\n\t|cd ../|[|]|{|}|,|*|**|+(|)|/|//|..|\0|\xff|\x7fELF|\xff\xff\xff\xff|\x80\x80\x80".split(
    "|",
  );

const names = [...Object.keys(NOTES), ...Object.keys(ARTIFACTS)];
const damage = fc.array(fc.tuple(fc.constantFrom(...names), edits(TOKENS)), {
  minLength: 1,
  maxLength: 4,
});

test.each(["hardlink", "none"] as const)("action %s", async (action) => {
  await fc.assert(
    fc.asyncProperty(damage, async (damaged) => {
      const all = { ...NOTES, ...ARTIFACTS };
      for (const [name, some] of damaged) all[name] = mutate(all[name], some);
      const spec: Record<string, Buffer> = {};
      for (const [name, text] of Object.entries(all)) {
        spec[name] = Buffer.from(text, "latin1");
        if (name in ARTIFACTS) spec[`b/${name}`] = spec[name];
      }
      const root = makeTree(spec);
      const before = contents(root);
      const report = await dedupe({ paths: [root], action, remember: false, jobs: 1 });
      expect(report.problems.filter(({ code }) => code === "DEFECT")).toEqual([]);
      expect(contents(root)).toEqual(before);
      fs.rmSync(root, { recursive: true });
    }),
    { numRuns: 60 },
  );
});
