import { builtByMake } from "../makefile.mjs";

const variants = ["O2", "O3"];

/** mold writes into existing programs, but replaces shared libraries. */
export default {
  ...builtByMake(variants),
  name: "ninja, gcc -fuse-ld=mold",
  tools: ["ninja", "gcc", "mold"],
  wrapped: ["gcc"],
  files: {
    "app.c": "#include CONFIG\nint main(void) { return NUMBER + @SHARED@; } /* @NOTE@ */\n",
    "O2.h": "#define NUMBER @OWN@\n",
    "O3.h": "#define NUMBER 7\n",
    "build.ninja": `builddir = build
rule cc
  command = gcc -$level -MMD -MF $out.d -DCONFIG='"$level.h"' -c $in -o $out
  deps = gcc
  depfile = $out.d
rule link
  command = gcc -fuse-ld=mold $flags $in -o $out
${variants.map(edges).join("")}`,
  },
  build: (variant) => [`ninja -j1 ${variant}`],
  idle: "ninja -n",
  stop: 2,
  careless: true,
  inPlace: true,
};

function edges(level) {
  const b = `build/${level}`;
  return `build ${b}/app.o: cc app.c
  level = ${level}
build ${b}/app: link ${b}/app.o
build ${b}/libapp.so: link ${b}/app.o
  flags = -shared
build ${level}: phony ${b}/app ${b}/libapp.so
`;
}
