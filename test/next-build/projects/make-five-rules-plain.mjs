import { fiveRules } from "../five-rules.mjs";

/** Only the Makefile knows what the objects need, so make is asked. */
export default {
  ...fiveRules({ depfiles: false }),
  name: "make, generated header (no depfiles), --verify",
  options: ["--verify", "make -q"],
  careless: true,
};
