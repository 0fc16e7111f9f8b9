import staged from "./staged.mjs";

/** The same with `cp`, which writes into the file that is there. */
export default {
  ...staged,
  name: "make, `cp` into dist/",
  tools: ["make", "gcc", "cp"],
  wrapped: ["gcc", "cp"],
  files: {
    ...staged.files,
    Makefile: staged.files.Makefile.replace("install -D $< $@", "mkdir -p $(@D); cp $< $@"),
  },
  careless: true,
};
