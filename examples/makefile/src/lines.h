#ifndef LINES_H
#define LINES_H

#include <stdio.h>

#include "table.h"

/* Reads to the end of the file and adds every word to the table; returns the number of lines. */
long count_lines(FILE *in, struct table *words);

#endif
