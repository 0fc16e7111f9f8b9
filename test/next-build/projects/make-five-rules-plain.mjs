import { fiveRules } from "../five-rules.mjs";

/** Only the Makefile knows what the objects need, so make is asked. */
export default {
  ...fiveRules({ depfiles: false }),
  name: "make, a header made between twins (none), --verify",
  options: ["--verify", "make -q"],
  careless: true,
};
