import { cmakeProject } from "../cmake-sources.mjs";

export default {
  ...cmakeProject,
  name: "CMake, Unix Makefiles, two directories",
  tools: ["cmake", "make", "gcc", "ar"],
  setup: ["O2", "O3"].map(
    (level) => `cmake -G "Unix Makefiles" -DCMAKE_BUILD_TYPE=${level} -S . -B build/${level}`,
  ),
  build: (variant) => [`cmake --build build/${variant}`],
  idle: "make -C build/O2 && make -C build/O3",
};
