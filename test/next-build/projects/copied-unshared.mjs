import copied from "./copied.mjs";

/** The remedy for a build that writes into its outputs where no rule tells: `dedupe unshare` before it. */
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
