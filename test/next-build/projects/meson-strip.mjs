import meson from "./meson.mjs";

const INSTALL = `DESTDIR="$PWD/stage" meson install -C build/O3 --no-rebuild --only-changed $(sed 's/7//; s/12/--strip/' strip.txt)`;

/** `meson install --strip` strips the installed copy in place. */
export default {
  ...meson,
  name: "meson, install, then install --strip",
  tools: [...meson.tools, "strip"],
  files: {
    ...meson.files,
    "meson.build": meson.files["meson.build"]
      .replace("link_with: demo)", "link_with: demo, install: true)")
      .replace(
        "shared_library('plug', 'src/same.c')",
        "shared_library('plug', 'src/same.c', install: true)",
      ),
    "strip.txt": "@OWN@\n",
    "variants/O3/tune.h": "#define TUNE 7\n",
  },
  build: (variant) => [...meson.build(variant), ...(variant === "O3" ? [INSTALL] : [])],
  outputs: ["build", "stage"],
  careless: true,
  inPlace: true,
};
