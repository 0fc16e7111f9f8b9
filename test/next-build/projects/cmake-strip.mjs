import cmake from "./cmake-ninja.mjs";

const INSTALL = `cmake --install build/O3 --prefix "$PWD/stage" $(sed 's/7//; s/12/--strip/' strip.txt)`;

/** `cmake --install` leaves an equal copy as it is; with --strip, it strips the copy in place. */
export default {
  ...cmake,
  name: "CMake, install, then install --strip",
  tools: [...cmake.tools, "strip"],
  files: {
    ...cmake.files,
    "CMakeLists.txt": `${cmake.files["CMakeLists.txt"]}install(TARGETS tool plug demo LIBRARY DESTINATION lib)\n`,
    "strip.txt": "@OWN@\n",
    "variants/O3/tune.h": "#define TUNE 7\n",
  },
  build: (variant) => [...cmake.build(variant), ...(variant === "O3" ? [INSTALL] : [])],
  outputs: ["build", "stage"],
  ignored: /install_manifest\.txt$/,
  resolution: 1000, // CMake compares whole seconds when it installs
  careless: true,
  inPlace: true,
};
