import { builtByMake } from "../makefile.mjs";

/** gnatmake recompiles units whose objects are older than their .ali files. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "gnatmake",
  tools: ["make", "gnatmake"],
  wrapped: [],
  files: {
    "src/shared.ads": "package Shared is\n   function Value return Integer;\nend Shared;\n",
    "src/shared.adb":
      "package body Shared is -- @NOTE@\n   function Value return Integer is (@SHARED@);\nend Shared;\n",
    "src/app.adb": `with Ada.Command_Line; with Shared; with Tuned;
procedure App is
begin
   Ada.Command_Line.Set_Exit_Status (Ada.Command_Line.Exit_Status (Shared.Value + Tuned.Value));
end App;
`,
    "debug/tuned.ads": "package Tuned is\n   function Value return Integer;\nend Tuned;\n",
    "debug/tuned.adb":
      "package body Tuned is\n   function Value return Integer is (@OWN@);\nend Tuned;\n",
    "release/tuned.ads": "package Tuned is\n   function Value return Integer;\nend Tuned;\n",
    "release/tuned.adb":
      "package body Tuned is\n   function Value return Integer is (7);\nend Tuned;\n",
    Makefile: `all:
	@mkdir -p build/$V
	gnatmake -D build/$V -aIsrc -aI$V app.adb -o build/$V/app
.PHONY: all
`,
  },
  sourceTime: 1_600_000_000, // gnatmake compares even seconds
  build: (variant) => [`make -s V=${variant}`],
  idle: undefined,
  ignored: /\.ali$|b~app/, // contains the times of the sources
  steps: (output) =>
    output.split("\n").filter((line) => /^(x86_64-linux-gnu-)?gnat|gcc/.test(line)),
  stop: 1,
};
