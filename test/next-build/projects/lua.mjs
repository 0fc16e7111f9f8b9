import { checkouts } from "../real-source.mjs";

export default checkouts({
  name: "Lua, two checkouts, make install INSTALL_TOP=…",
  source: "lua5.4",
  marked: "src/lapi.c",
  tools: ["make", "gcc", "ar", "ranlib", "install"],
  wrapped: ["gcc", "ar"],
  make: (dir) => [
    `make -s -C ${dir} linux`,
    `make -s -C ${dir} install INSTALL_TOP="$PWD/stage/${dir}" >/dev/null`,
  ],
  outputs: ["a", "b", "stage"],
});
