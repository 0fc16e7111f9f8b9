#include "version.h"

/* So simple that the compiler generates the same code at several levels. */
const char *program_name(void) { return "count"; }
