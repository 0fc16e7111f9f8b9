/** The name does not determine the kind, but the first bytes may: no ending, or an unknown one. */
export const BY_CONTENT = 250;
/** State of a build tool (logs, dependency files, stamps, databases): never linked unless `--include` names it. */
export const STATE = 251;
/** Not an artifact by its name: sources, text, pictures. */
export const OTHER = 252;
