import { fiveRules } from "../five-rules.mjs";

/** Without depfiles, only make knows the dependencies of the objects, so `--verify` runs it. */
export default {
  ...fiveRules({ depfiles: false }),
  name: "make, generated header (no depfiles), --verify",
  options: ["--verify", "make -q"],
  careless: true,
};
