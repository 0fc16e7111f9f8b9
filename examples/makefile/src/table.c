#include "table.h"

#include <stdlib.h>
#include <string.h>

static unsigned hash(const char *word) {
  unsigned value = 2166136261u;
  for (; *word != '\0'; word++) value = (value ^ (unsigned char)*word) * 16777619u;
  return value % BUCKETS;
}

void table_init(struct table *table) { memset(table, 0, sizeof *table); }

void table_add(struct table *table, const char *word) {
  struct entry **bucket = &table->buckets[hash(word)];
  table->total++;
  for (struct entry *entry = *bucket; entry != NULL; entry = entry->next) {
    if (strcmp(entry->word, word) == 0) return;
  }
  struct entry *entry = malloc(sizeof *entry + strlen(word) + 1);
  if (entry == NULL) abort();
  strcpy(entry->word, word);
  entry->next = *bucket;
  *bucket = entry;
  table->distinct++;
}

void table_free(struct table *table) {
  for (int i = 0; i < BUCKETS; i++) {
    while (table->buckets[i] != NULL) {
      struct entry *entry = table->buckets[i];
      table->buckets[i] = entry->next;
      free(entry);
    }
  }
}
