#include "lines.h"

#include <ctype.h>

enum { WORD_MAX = 63 };

long count_lines(FILE *in, struct table *words) {
  char word[WORD_MAX + 1];
  int length = 0;
  long lines = 0;
  int c;
  do {
    c = getc(in);
    if (c == '\n') lines++;
    if (c != EOF && isalnum(c)) {
      if (length < WORD_MAX) word[length++] = (char)tolower(c);
    } else if (length > 0) {
      word[length] = '\0';
      table_add(words, word);
      length = 0;
    }
  } while (c != EOF);
  return lines;
}
