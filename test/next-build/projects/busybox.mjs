import { checkouts } from "../real-source.mjs";

export default checkouts({
  name: "busybox, two checkouts",
  source: "busybox",
  marked: "libbb/xatonum.c",
  unpacked: [
    "make -s allnoconfig >/dev/null 2>&1",
    "sed -i 's/# CONFIG_\\(LS\\|CAT\\|SED\\|AWK\\|GREP\\|FIND\\|TAR\\|DD\\|BC\\|ASH\\) is not set/CONFIG_\\1=y/' .config",
    "yes '' | make -s oldconfig >/dev/null 2>&1",
  ],
  tools: ["make", "gcc", "ar", "strip"],
  wrapped: ["gcc", "ar", "strip"],
  env: { KBUILD_BUILD_TIMESTAMP: "0", SOURCE_DATE_EPOCH: "1600000000", KCONFIG_NOTIMESTAMP: "1" },
  make: (dir) => [`make -s -C ${dir} busybox >/dev/null 2>&1`],
  outputs: ["a", "b"],
  ignored: /\.(cmd|tmp)$|\.map$|_unstripped\.out$|autoconf\.h|\.config/,
  slow: true,
});
