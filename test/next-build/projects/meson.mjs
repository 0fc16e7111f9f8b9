import { cSources } from "../c-sources.mjs";

const variants = ["O2", "O3"];

export default {
  name: "meson, two directories",
  tools: ["meson", "ninja", "gcc", "ar"],
  wrapped: ["gcc", "ar"],
  env: { CC: "gcc" },
  files: {
    ...cSources(variants, "O3"),
    "meson.build": `project('demo', 'c')
demo = static_library('demo', 'src/same.c', 'src/tuned.c', 'src/loop.c')
executable('tool', 'src/tool.c', link_with: demo)
shared_library('plug', 'src/same.c')
`,
  },
  variants,
  own: "O3",
  first: "O2",
  setup: variants.map(
    (level) =>
      `meson setup --buildtype=plain "-Dc_args=-${level} -I$PWD/variants/${level}" build/${level} .`,
  ),
  build: (variant) => [`ninja -j1 -C build/${variant}`],
  outputs: ["build"],
  idle: "ninja -n -C build/O2 && ninja -n -C build/O3",
  stop: 11,
};
