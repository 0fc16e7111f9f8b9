import { fiveRules } from "../five-rules.mjs";

const made = fiveRules({ depfiles: true });
const { Makefile: _, ...files } = made.files;

export default {
  ...made,
  name: "ninja, generated header",
  careless: true,
  tools: ["ninja", "gcc"],
  files: {
    ...files,
    "build.ninja": `builddir = build
rule cc
  command = gcc -MMD -MF $out.d $flags -c foo.c -o $out
  deps = gcc
  depfile = $out.d
rule generate
  command = sleep 0.02; echo "/* $$(cat own.txt) */" > $out
rule link
  command = gcc $in -o $out
build build/O2/foo.o: cc foo.c
  flags = -O2
build build/gen.h: generate own.txt build/O2/foo.o
build build/O3/foo.o: cc foo.c || build/gen.h
  flags = -O3 -DGENERATED='"build/gen.h"' -I.
build build/app: link main.c build/O3/foo.o
`,
  },
  build: () => ["ninja -j1"],
  idle: "ninja -n",
};
