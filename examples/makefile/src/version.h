#ifndef VERSION_H
#define VERSION_H

const char *program_name(void);

#endif
