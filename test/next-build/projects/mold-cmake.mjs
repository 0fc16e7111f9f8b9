import gcc from "./cmake-ninja.mjs";

/** The linker stands in CMake's flags and so in the rules of ninja. */
export default {
  ...gcc,
  name: "CMake, Ninja, -fuse-ld=mold",
  tools: [...gcc.tools, "mold"],
  files: {
    ...gcc.files,
    "CMakeLists.txt": `${gcc.files["CMakeLists.txt"].replaceAll(
      '_LINKER_FLAGS_${level} ""',
      '_LINKER_FLAGS_${level} "-fuse-ld=mold"',
    )}add_executable(app src/app.c)
target_include_directories(app PRIVATE variants/$<CONFIG>)
`,
    "src/app.c": '#include "tune.h"\nint main(void) { return TUNE; }\n',
  },
  stop: 13,
  careless: true,
  inPlace: true,
};
