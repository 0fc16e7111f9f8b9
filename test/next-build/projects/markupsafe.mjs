import { checkouts } from "../real-source.mjs";

export default checkouts({
  name: "MarkupSafe (Python), setuptools, two checkouts",
  source: "markupsafe",
  marked: "src/markupsafe/_speedups.c",
  tools: ["python3", "gcc"],
  wrapped: ["gcc"],
  env: { CC: "gcc", LDSHARED: "gcc -shared" },
  make: (dir) => [
    `cd ${dir} && python3 setup.py -q build 2>/dev/null`,
    `cd ${dir} && python3 -m compileall -q build`,
  ],
  outputs: ["a/build", "b/build"],
  stop: 1,
  resolution: 1000, // distutils compares whole seconds
});
