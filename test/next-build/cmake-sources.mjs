import { cSources } from "./c-sources.mjs";

const variants = ["O2", "O3"];

/** A static library, a program that uses it, and a module, in the configurations O2 and O3. */
export const cmakeProject = {
  wrapped: ["gcc", "ar"],
  env: { CC: "gcc" },
  files: {
    ...cSources(variants, "O3"),
    "CMakeLists.txt": `cmake_minimum_required(VERSION 3.17)
project(demo C)
foreach(level O2 O3)
  set(CMAKE_C_FLAGS_\${level} -\${level})
  set(CMAKE_EXE_LINKER_FLAGS_\${level} "")
  set(CMAKE_MODULE_LINKER_FLAGS_\${level} "")
endforeach()
add_library(demo STATIC src/same.c src/tuned.c src/loop.c)
target_include_directories(demo PRIVATE variants/$<CONFIG>)
add_executable(tool src/tool.c)
target_link_libraries(tool demo)
add_library(plug MODULE src/same.c)
`,
  },
  variants,
  own: "O3",
  first: "O2",
  outputs: ["build"],
  stop: 11,
};
