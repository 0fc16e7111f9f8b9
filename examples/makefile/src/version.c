#include "version.h"

/* So simple that several levels make the same code of it. */
const char *program_name(void) { return "count"; }
