import staged from "./staged.mjs";

/** Like staged.mjs, but with `cp`, which writes into the existing file. */
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
  inPlace: true,
};
