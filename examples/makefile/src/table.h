#ifndef TABLE_H
#define TABLE_H

enum { BUCKETS = 1024 };

struct entry {
  struct entry *next;
  char word[];
};

struct table {
  struct entry *buckets[BUCKETS];
  long total;
  long distinct;
};

void table_init(struct table *table);
void table_add(struct table *table, const char *word);
void table_free(struct table *table);

#endif
