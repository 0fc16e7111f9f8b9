import gcc from "./ninja-gcc.mjs";

/** mold writes into existing programs, but replaces shared libraries. */
export default {
  ...gcc,
  name: "ninja, gcc -fuse-ld=mold",
  tools: [...gcc.tools, "mold"],
  files: {
    ...gcc.files,
    "build.ninja": gcc.files["build.ninja"].replace("gcc $in", "gcc -fuse-ld=mold $in"),
  },
  careless: true,
};
