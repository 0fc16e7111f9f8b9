import { cmakeProject } from "../cmake-sources.mjs";

export default {
  ...cmakeProject,
  name: "CMake, Ninja, two directories",
  tools: ["cmake", "ninja", "gcc", "ar"],
  setup: ["O2", "O3"].map(
    (level) => `cmake -G Ninja -DCMAKE_BUILD_TYPE=${level} -S . -B build/${level}`,
  ),
  build: (variant) => [`cmake --build build/${variant} -j1`],
  idle: "ninja -n -C build/O2 && ninja -n -C build/O3",
};
