import copied from "./copied.mjs";

/** For builds that write outputs in place without a rule that shows it: run `dedupe unshare` before each build. */
export default {
  ...copied,
  name: "make, a script copies into dist/, `dedupe unshare` before",
  files: {
    ...copied.files,
    Makefile: copied.files.Makefile.replace("cp $< $@", "sh ship.sh $< $@"),
    "ship.sh": 'cp "$1" "$2"\n',
  },
  careless: false,
  unshares: true,
};
