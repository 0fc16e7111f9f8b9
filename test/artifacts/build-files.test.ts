import { expect, test } from "vitest";
import { isBuildFile } from "../../src/artifacts/build-files.ts";

const BUILD_FILES =
  "x.d x.o.d .d .depend x.Po x.Plo rules.mk Makefile makefile GNUmakefile Makefile.am makefile.in build.make " +
  "build.ninja .ninja_log .ninja_deps compiler_depend.internal build.xml SConstruct Jamroot wscript " +
  "x.ali install_manifest.txt install_manifest_dev.txt .x.o.cmd Kbuild " +
  "Rakefile Snakefile Tupfile Taskfile.yml Taskfile.yaml magefile.go default.do";

const OTHERS =
  "x.o x.lo x.c xd x.ninja ninja_log Makefile2 internal x.internal x.xml build x.make x.txt x.cmd x.go x.do task.yml";

test.each(BUILD_FILES.split(" "))("%s", (name) => expect(isBuildFile(name)).toBe(true));
test.each(["", ...OTHERS.split(" ")])("not %j", (name) => expect(isBuildFile(name)).toBe(false));
