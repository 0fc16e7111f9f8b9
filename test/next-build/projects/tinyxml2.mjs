import { checkouts } from "../real-source.mjs";

export default checkouts({
  name: "tinyxml2 (C++), CMake, Ninja, two checkouts",
  source: "tinyxml2",
  marked: "tinyxml2.cpp",
  unpacked: ["cmake -G Ninja -DCMAKE_BUILD_TYPE=Release -S . -B build >/dev/null"],
  tools: ["cmake", "ninja", "g++", "ar"],
  wrapped: ["g++", "ar"],
  env: { CXX: "g++" },
  make: (dir) => [`ninja -j1 -C ${dir}/build`],
  idle: "ninja -n -C a/build && ninja -n -C b/build",
  outputs: ["a/build", "b/build"],
  stop: 2,
});
