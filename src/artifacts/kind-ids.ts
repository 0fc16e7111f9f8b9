/** The name does not tell: only the first bytes do (programs without an ending, unknown endings). */
export const BY_CONTENT = 250;
/** A build tool's state (logs, dependency files, stamps, databases): never linked unless named by `--include`. */
export const STATE = 251;
/** By its name no artifact: sources, text, pictures. */
export const OTHER = 252;
