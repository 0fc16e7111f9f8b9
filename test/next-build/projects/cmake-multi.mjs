import { cmakeProject } from "../cmake-sources.mjs";

export default {
  ...cmakeProject,
  name: "CMake, Ninja Multi-Config",
  tools: ["cmake", "ninja", "gcc", "ar"],
  setup: ['cmake -G "Ninja Multi-Config" "-DCMAKE_CONFIGURATION_TYPES=O2;O3" -S . -B build'],
  build: (variant) => [`cmake --build build -j1 --config ${variant}`],
  idle: "for c in O2 O3; do ninja -n -C build -f build-$c.ninja; done",
};
