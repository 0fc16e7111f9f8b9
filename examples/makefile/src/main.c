#include <stdio.h>

#include "lines.h"
#include "table.h"
#include "version.h"

int main(int argc, char **argv) {
  if (argc > 2) {
    fprintf(stderr, "usage: %s [file]\n", program_name());
    return 2;
  }
  FILE *in = argc == 2 ? fopen(argv[1], "r") : stdin;
  if (in == NULL) {
    perror(argv[1]);
    return 1;
  }
  struct table words;
  table_init(&words);
  long lines = count_lines(in, &words);
  printf("%ld lines, %ld words, %ld of them different\n", lines, words.total, words.distinct);
  table_free(&words);
  if (in != stdin) fclose(in);
  return 0;
}
