import cmake from "./cmake-ninja.mjs";

const INSTALL = `cmake --install build/O2 --prefix "$PWD/stage" $(sed 's/7//; s/12/--strip/' strip.txt)`;

/** `cmake --install` leaves an equal copy as it is; with --strip, it strips the copy in place. */
export default {
  ...cmake,
  name: "CMake, install, then install --strip",
  tools: [...cmake.tools, "strip"],
  files: {
    ...cmake.files,
    // An installed copy has the time of its original in whole seconds. It can be linked with the original only if that
    // is no earlier than the time of the objects, and CMake takes it for up to date only if no older file is linked.
    "CMakeLists.txt": `${cmake.files["CMakeLists.txt"]}
add_custom_command(TARGET tool PRE_LINK COMMAND sleep 1)
add_custom_command(TARGET plug PRE_LINK COMMAND sleep 1)
install(TARGETS tool plug demo LIBRARY DESTINATION lib)
`,
    "strip.txt": "@OWN@\n",
    "variants/O3/tune.h": "#define TUNE 7\n",
  },
  build: (variant) => [...cmake.build(variant), ...(variant === "O2" ? [INSTALL] : [])],
  own: "O2",
  outputs: ["build", "stage"],
  ignored: /install_manifest\.txt$/,
  resolution: 1000, // CMake compares whole seconds when it installs
  careless: true,
  inPlace: true,
};
