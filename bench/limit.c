/*
 * limit: the limit that the benchmark measures against. It does only what replacing duplicates by hardlinks
 * requires: walk, stat each file once, group by size, read each candidate byte at most once, link and rename.
 * It lacks what makes a usable tool: no report, no checks for changes, no options, no attributes.
 *
 *   limit [--walk | --scan] [--threads N] [--link-threads N] DIRECTORY
 *
 *   --walk            only walk and stat
 *   --scan            find the duplicates, link nothing
 *   --threads N       for walking and reading (default 2)
 *   --link-threads N  for linking (default twice as many, because threads wait for the file system's locks)
 *
 * Considers all non-empty regular files of one device. Files are equal if their bytes compare equal.
 * Prints one line of JSON: counts, bytes, and the seconds that each stage took.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
  FIRST_BLOCK = 4 << 10,   /* bytes: most files that differ do so here; longer blocks cost time, shorter ones save none */
  NEXT_BLOCK = 128 << 10,  /* bytes: two of them fit in a core's cache */
  GROUP_BUFFER = 64 << 20, /* bytes: memory for the blocks of one group; larger groups get shorter blocks */
  SMALLEST_BLOCK = 4 << 10,
  KEPT_OPEN = 256,    /* larger groups open their members again for each block */
  GIANT_GROUP = 1024, /* members: all threads together read the first blocks of such a group */
  GIANT_CHUNK = 32,
  MAX_THREADS = 64,
  MAX_PATH = 4096,
};

/* One path in the tree. */
struct file {
  uint64_t inode;
  off_t size;
  uint32_t directory;
  const char *name;
};

/* One inode of a group; its names are adjacent in `files`. */
struct member {
  uint32_t first, names;
  int descriptor;
};

/* Members whose contents are equal up to `offset`. */
struct group {
  struct member *members;
  uint32_t count;
  off_t size, offset;
};

/* One duplicate set; when the keeper has as many links as possible (EMLINK), another file becomes the keeper. */
struct set {
  _Atomic uint32_t keeper;
};

struct replacement {
  struct set *set;
  uint32_t file;
};

#define VECTOR(type) \
  struct { \
    type *items; \
    size_t count, room; \
  }
#define PUSH(vector, item) \
  do { \
    if ((vector)->count == (vector)->room) { \
      (vector)->room = (vector)->room ? 2 * (vector)->room : 256; \
      (vector)->items = checked(realloc((vector)->items, (vector)->room * sizeof *(vector)->items)); \
    } \
    (vector)->items[(vector)->count++] = (item); \
  } while (0)

struct worker {
  pthread_t thread;
  VECTOR(struct file) files;
  VECTOR(struct replacement) replacements;
  char *names; /* arena of file names */
  size_t names_left;
  char *blocks; /* buffers of the current group */
  size_t blocks_size;
  uint64_t bytes_read;
  uint32_t number;
};

static struct worker workers[MAX_THREADS];
static int thread_count = 2, link_thread_count;
static pthread_barrier_t barrier;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_size_t next_job;
static dev_t device;

static VECTOR(char *) directories; /* paths relative to the root, the working directory */
static size_t directories_started;
static int directories_open; /* being read now */

static struct file *files;
static uint32_t file_count;
static VECTOR(struct group) groups;
static VECTOR(struct group) giants;
static char *giant_blocks;
static uint64_t *giant_hashes;
static struct replacement *replacements;
static size_t replacement_count;
static VECTOR(size_t) batches; /* indexes in `replacements` at which another directory starts */
static atomic_size_t linked, failed;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void *checked(void *memory) {
  if (!memory) die("limit: memory");
  return memory;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Runs `work` on `count` threads and waits for them. */
static void on_threads(int count, void *(*work)(void *)) {
  atomic_store(&next_job, 0);
  for (int i = 1; i < count; i++)
    if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) die("limit: thread");
  work(&workers[0]);
  for (int i = 1; i < count; i++) pthread_join(workers[i].thread, NULL);
}

/* ---- walk ---- */

static const char *keep_name(struct worker *self, const char *name) {
  size_t length = strlen(name) + 1;
  if (length > self->names_left) {
    self->names_left = 1 << 20;
    self->names = checked(malloc(self->names_left));
  }
  char *kept = memcpy(self->names, name, length);
  self->names += length;
  self->names_left -= length;
  return kept;
}

static void read_directory(struct worker *self, uint32_t number, const char *path) {
  char *inner[256];
  size_t inner_count = 0;
  int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *stream = descriptor < 0 ? NULL : fdopendir(descriptor);
  if (!stream) die(path);
  for (;;) {
    struct dirent *entry = readdir(stream);
    if (!entry || inner_count == 256) {
      pthread_mutex_lock(&lock);
      for (size_t i = 0; i < inner_count; i++) PUSH(&directories, inner[i]);
      if (inner_count) pthread_cond_broadcast(&changed);
      pthread_mutex_unlock(&lock);
      inner_count = 0;
      if (!entry) break;
    }
    const char *name = entry->d_name;
    if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) continue;
    if (entry->d_type == DT_DIR) {
      if (asprintf(&inner[inner_count++], "%s/%s", path, name) < 0) die("limit: memory");
    } else if (entry->d_type == DT_REG) {
      struct stat status;
      if (fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) < 0) die(name);
      if (status.st_size == 0 || status.st_dev != device) continue;
      struct file file = {status.st_ino, status.st_size, number, keep_name(self, name)};
      PUSH(&self->files, file);
    }
  }
  closedir(stream);
}

static void *walk(void *argument) {
  struct worker *self = argument;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (directories_started == directories.count && directories_open > 0) pthread_cond_wait(&changed, &lock);
    if (directories_started == directories.count) break;
    uint32_t number = (uint32_t)directories_started++;
    const char *path = directories.items[number];
    directories_open++;
    pthread_mutex_unlock(&lock);
    read_directory(self, number, path);
    pthread_mutex_lock(&lock);
    directories_open--;
  }
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return NULL;
}

static void collect_files(void) {
  for (int i = 0; i < thread_count; i++) file_count += (uint32_t)workers[i].files.count;
  files = checked(malloc((file_count + 1) * sizeof *files));
  size_t filled = 0;
  for (int i = 0; i < thread_count; i++) {
    memcpy(files + filled, workers[i].files.items, workers[i].files.count * sizeof *files);
    filled += workers[i].files.count;
  }
}

/* ---- group ---- */

/* Stable radix sort by `key`, 11 bits at a time; digits that all keys share are skipped. */
static void sort_files(uint64_t (*key)(const struct file *)) {
  enum { BITS = 11, DIGITS = 1 << BITS };
  struct file *from = files, *to = checked(malloc((file_count + 1) * sizeof *to));
  uint64_t any = 0, all = ~0ULL;
  for (uint32_t i = 0; i < file_count; i++) any |= key(&files[i]), all &= key(&files[i]);
  for (int shift = 0; shift < 64; shift += BITS) {
    if ((((any ^ all) >> shift) & (DIGITS - 1)) == 0) continue;
    uint32_t start[DIGITS] = {0}, sum = 0;
    for (uint32_t i = 0; i < file_count; i++) start[(key(&from[i]) >> shift) & (DIGITS - 1)]++;
    for (int digit = 0; digit < DIGITS; digit++) {
      uint32_t count = start[digit];
      start[digit] = sum;
      sum += count;
    }
    for (uint32_t i = 0; i < file_count; i++) to[start[(key(&from[i]) >> shift) & (DIGITS - 1)]++] = from[i];
    struct file *other = from;
    from = to;
    to = other;
  }
  files = from;
  free(to);
}

static uint64_t by_inode(const struct file *file) { return file->inode; }
static uint64_t by_size(const struct file *file) { return (uint64_t)file->size; }

/* Groups files of one size with at least two inodes, largest size first. Returns the number of inodes in the tree. */
static uint32_t make_groups(void) {
  struct member *members = checked(malloc((file_count + 1) * sizeof *members));
  uint32_t inodes = 0;
  sort_files(by_inode);
  sort_files(by_size);
  for (uint32_t end = file_count; end > 0;) {
    uint32_t begin = end - 1;
    while (begin > 0 && files[begin - 1].size == files[end - 1].size) begin--;
    struct group group = {members, 0, files[begin].size, 0};
    for (uint32_t i = begin; i < end; i++) {
      if (i > begin && files[i].inode == files[i - 1].inode) {
        members[-1].names++;
      } else {
        *members++ = (struct member){i, 1, -1};
        group.count++;
      }
    }
    inodes += group.count;
    if (group.count >= GIANT_GROUP) PUSH(&giants, group);
    else if (group.count >= 2) PUSH(&groups, group);
    end = begin;
  }
  return inodes;
}

/* ---- match ---- */

static void path_of(const struct file *file, char *path) {
  snprintf(path, MAX_PATH, "%s/%s", directories.items[file->directory], file->name);
}

static void read_block(struct worker *self, struct member *member, off_t offset, size_t length, char *block) {
  if (member->descriptor < 0) {
    char path[MAX_PATH];
    path_of(&files[member->first], path);
    member->descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (member->descriptor < 0) die(path);
  }
  for (size_t done = 0; done < length;) {
    ssize_t got = pread(member->descriptor, block + done, length - done, offset + (off_t)done);
    if (got <= 0) die("limit: read");
    done += (size_t)got;
  }
  self->bytes_read += length;
}

static void close_member(struct member *member) {
  if (member->descriptor >= 0) close(member->descriptor);
  member->descriptor = -1;
}

/* Only selects the bucket: memcmp decides whether blocks are equal. */
static uint64_t hash_block(const char *block, size_t length) {
  const uint64_t prime = 0x9E3779B97F4A7C15ULL;
  uint64_t lanes[4] = {length, 1, 2, 3}, word, hash = 0;
  for (; length >= 32; block += 32, length -= 32) {
    for (int i = 0; i < 4; i++) {
      memcpy(&word, block + 8 * i, 8);
      lanes[i] = (lanes[i] ^ word) * prime;
      lanes[i] ^= lanes[i] >> 29;
    }
  }
  for (; length > 0; block++, length--) hash = (hash ^ (unsigned char)*block) * prime;
  for (int i = 0; i < 4; i++) hash = (hash ^ lanes[i]) * prime, hash ^= hash >> 32;
  return hash;
}

static size_t block_length(off_t size, off_t offset, uint32_t count) {
  size_t length = offset == 0 ? FIRST_BLOCK : NEXT_BLOCK;
  if (length * count > GROUP_BUFFER) length = GROUP_BUFFER / count;
  if (length < SMALLEST_BLOCK) length = SMALLEST_BLOCK;
  return size - offset < (off_t)length ? (size_t)(size - offset) : length;
}

static void keep_set(struct worker *self, const struct group *group) {
  struct set *set = checked(malloc(sizeof *set));
  set->keeper = group->members[0].first;
  for (uint32_t i = 1; i < group->count; i++) {
    const struct member *member = &group->members[i];
    for (uint32_t name = 0; name < member->names; name++) {
      struct replacement replacement = {set, member->first + name};
      PUSH(&self->replacements, replacement);
    }
  }
}

typedef void (*take_class)(struct worker *, const struct group *);

/*
 * Splits a group by its current blocks and their hashes. A class of two or more members becomes a duplicate set
 * if the files end here, and is passed to `take` otherwise. Members are reordered in place.
 */
static void split(struct worker *self, const struct group *group, size_t length, const char *blocks,
                  const uint64_t *hashes, take_class take) {
  uint32_t count = group->count, buckets = 4, classes = 0;
  while (buckets < 2 * count) buckets *= 2;
  uint32_t *table = checked(calloc(buckets, sizeof *table));     /* class number + 1 */
  uint32_t *sample = checked(malloc(count * sizeof *sample));    /* class → one of its members */
  uint32_t *start = checked(calloc(count + 1, sizeof *start));   /* class → its first index in `sorted` */
  uint32_t *class_of = checked(malloc(count * sizeof *class_of));
  for (uint32_t i = 0; i < count; i++) {
    uint32_t slot = (uint32_t)hashes[i] & (buckets - 1);
    for (; table[slot]; slot = (slot + 1) & (buckets - 1)) {
      uint32_t other = sample[table[slot] - 1];
      if (hashes[other] == hashes[i] && memcmp(blocks + other * length, blocks + i * length, length) == 0) break;
    }
    if (!table[slot]) {
      sample[classes] = i;
      table[slot] = ++classes;
    }
    class_of[i] = table[slot] - 1;
    start[class_of[i] + 1]++;
  }
  struct member *sorted = checked(malloc(count * sizeof *sorted));
  for (uint32_t i = 0; i < classes; i++) start[i + 1] += start[i];
  for (uint32_t i = 0; i < count; i++) sorted[start[class_of[i]]++] = group->members[i];
  memcpy(group->members, sorted, count * sizeof *sorted);
  int ended = group->offset + (off_t)length == group->size;
  for (uint32_t i = 0, begin = 0; i < classes; begin = start[i++]) {
    struct group class = {group->members + begin, start[i] - begin, group->size, group->offset + (off_t)length};
    if (ended || class.count == 1 || count > KEPT_OPEN)
      for (uint32_t j = 0; j < class.count; j++) close_member(&class.members[j]);
    if (class.count == 1) continue;
    if (ended) keep_set(self, &class);
    else take(self, &class);
  }
  free(table), free(sample), free(start), free(class_of), free(sorted);
}

static char *room_for_blocks(struct worker *self, size_t size) {
  if (size > self->blocks_size) {
    free(self->blocks);
    self->blocks = checked(malloc(self->blocks_size = size));
  }
  return self->blocks;
}

/* Compares two files without hashing. */
static void match_pair(struct worker *self, const struct group *group) {
  off_t offset = group->offset;
  int equal = 1;
  while (equal && offset < group->size) {
    size_t length = block_length(group->size, offset, 2);
    char *blocks = room_for_blocks(self, 2 * NEXT_BLOCK);
    read_block(self, &group->members[0], offset, length, blocks);
    read_block(self, &group->members[1], offset, length, blocks + NEXT_BLOCK);
    equal = memcmp(blocks, blocks + NEXT_BLOCK, length) == 0;
    offset += (off_t)length;
  }
  close_member(&group->members[0]);
  close_member(&group->members[1]);
  if (equal) keep_set(self, group);
}

static void match_group(struct worker *self, const struct group *group) {
  if (group->count == 2) return match_pair(self, group);
  size_t length = block_length(group->size, group->offset, group->count);
  char *blocks = room_for_blocks(self, length * group->count);
  uint64_t *hashes = checked(malloc(group->count * sizeof *hashes));
  for (uint32_t i = 0; i < group->count; i++) {
    read_block(self, &group->members[i], group->offset, length, blocks + i * length);
    hashes[i] = hash_block(blocks + i * length, length);
    if (group->count > KEPT_OPEN) close_member(&group->members[i]);
  }
  split(self, group, length, blocks, hashes, match_group);
  free(hashes);
}

static void add_group(struct worker *self, const struct group *group) {
  (void)self;
  PUSH(&groups, *group);
}

/* All threads read first blocks of a giant group; one thread splits it. */
static void match_giant(struct worker *self, const struct group *group) {
  size_t length = block_length(group->size, 0, group->count), begin;
  if (self->number == 0) {
    giant_blocks = checked(malloc(length * group->count));
    giant_hashes = checked(malloc(group->count * sizeof *giant_hashes));
    atomic_store(&next_job, 0);
  }
  pthread_barrier_wait(&barrier);
  while ((begin = atomic_fetch_add(&next_job, GIANT_CHUNK)) < group->count) {
    for (size_t i = begin; i < begin + GIANT_CHUNK && i < group->count; i++) {
      read_block(self, &group->members[i], 0, length, giant_blocks + i * length);
      giant_hashes[i] = hash_block(giant_blocks + i * length, length);
      close_member(&group->members[i]);
    }
  }
  pthread_barrier_wait(&barrier);
  if (self->number == 0) {
    split(self, group, length, giant_blocks, giant_hashes, add_group);
    free(giant_blocks), free(giant_hashes);
    atomic_store(&next_job, 0);
  }
  pthread_barrier_wait(&barrier);
}

static void *match(void *argument) {
  struct worker *self = argument;
  for (size_t i = 0; i < giants.count; i++) match_giant(self, &giants.items[i]);
  for (size_t i; (i = atomic_fetch_add(&next_job, 1)) < groups.count;) match_group(self, &groups.items[i]);
  return NULL;
}

/* ---- link ---- */

static int by_directory(const void *left, const void *right) {
  const struct file *a = &files[((const struct replacement *)left)->file];
  const struct file *b = &files[((const struct replacement *)right)->file];
  return a->directory < b->directory ? -1 : a->directory > b->directory;
}

/* Orders the replacements by directory, so that threads do not wait for the lock of the same directory. */
static void plan_links(void) {
  for (int i = 0; i < thread_count; i++) replacement_count += workers[i].replacements.count;
  replacements = checked(malloc((replacement_count + 1) * sizeof *replacements));
  size_t filled = 0;
  for (int i = 0; i < thread_count; i++) {
    memcpy(replacements + filled, workers[i].replacements.items,
           workers[i].replacements.count * sizeof *replacements);
    filled += workers[i].replacements.count;
  }
  qsort(replacements, replacement_count, sizeof *replacements, by_directory);
  for (size_t i = 0; i < replacement_count; i++)
    if (i == 0 || by_directory(&replacements[i - 1], &replacements[i]) != 0) PUSH(&batches, i);
}

/* Links the keeper to a temporary name beside the duplicate and renames it over. Returns 0 on EMLINK. */
static int replace(struct worker *self, const struct replacement *replacement, int directory) {
  char keeper[MAX_PATH], temporary[64];
  const char *name = files[replacement->file].name;
  path_of(&files[replacement->set->keeper], keeper);
  snprintf(temporary, sizeof temporary, ".limit-%d-%u", (int)getpid(), self->number);
  if (linkat(AT_FDCWD, keeper, directory, temporary, 0) < 0) {
    if (errno == EMLINK) return 0;
    perror(keeper);
    atomic_fetch_add(&failed, 1);
  } else if (renameat(directory, temporary, directory, name) < 0) {
    perror(name);
    unlinkat(directory, temporary, 0);
    atomic_fetch_add(&failed, 1);
  } else {
    atomic_fetch_add(&linked, 1);
  }
  return 1;
}

static void *link_batches(void *argument) {
  struct worker *self = argument;
  for (size_t batch; (batch = atomic_fetch_add(&next_job, 1)) < batches.count;) {
    size_t begin = batches.items[batch];
    size_t end = batch + 1 < batches.count ? batches.items[batch + 1] : replacement_count;
    const char *path = directories.items[files[replacements[begin].file].directory];
    int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) die(path);
    for (size_t i = begin; i < end; i++)
      if (!replace(self, &replacements[i], directory)) atomic_store(&replacements[i].set->keeper, replacements[i].file);
    close(directory);
  }
  return NULL;
}

/* ---- main ---- */

int main(int count, char **arguments) {
  const char *root = NULL;
  int scan = 1, link = 1;
  for (int i = 1; i < count; i++) {
    if (!strcmp(arguments[i], "--walk")) scan = link = 0;
    else if (!strcmp(arguments[i], "--scan")) link = 0;
    else if (!strcmp(arguments[i], "--threads") && i + 1 < count) thread_count = atoi(arguments[++i]);
    else if (!strcmp(arguments[i], "--link-threads") && i + 1 < count) link_thread_count = atoi(arguments[++i]);
    else root = arguments[i];
  }
  if (link_thread_count == 0) link_thread_count = 2 * thread_count;
  if (!root || thread_count < 1 || link_thread_count < 1 || link_thread_count > MAX_THREADS ||
      thread_count > MAX_THREADS) {
    fprintf(stderr, "usage: limit [--walk | --scan] [--threads N] [--link-threads N] DIRECTORY\n");
    return 2;
  }
  struct stat status;
  if (chdir(root) < 0 || stat(".", &status) < 0) die(root);
  device = status.st_dev;
  for (int i = 0; i < MAX_THREADS; i++) workers[i].number = (uint32_t)i;
  pthread_barrier_init(&barrier, NULL, (unsigned)thread_count);

  double begin = now();
  PUSH(&directories, strdup("."));
  on_threads(thread_count, walk);
  collect_files();
  double walked = now();

  uint32_t inodes = scan ? make_groups() : 0;
  if (scan) on_threads(thread_count, match);
  uint64_t bytes_read = 0;
  for (int i = 0; i < thread_count; i++) bytes_read += workers[i].bytes_read;
  plan_links();
  double matched = now();

  if (link) on_threads(link_thread_count, link_batches);
  printf("{\"files\":%u,\"inodes\":%u,\"bytesRead\":%llu,\"duplicates\":%zu,\"linked\":%zu,\"failed\":%zu,"
         "\"walkSeconds\":%.4f,\"matchSeconds\":%.4f,\"linkSeconds\":%.4f}\n",
         file_count, inodes, (unsigned long long)bytes_read, replacement_count, (size_t)linked, (size_t)failed,
         walked - begin, matched - walked, now() - matched);
  return failed ? 1 : 0;
}
