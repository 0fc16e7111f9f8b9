/*
 * measure: runs one command and writes its cost to a file, as one line of JSON.
 *
 *   measure RESULT_FILE TIMEOUT_SECONDS COMMAND [ARGUMENT...]
 *
 * The clock runs from just before fork until the command has ended; starting this program is not included.
 * The command gets its own process group, and /dev/null as input, output and error output. On a timeout, or
 * when this program is terminated, the command and its children are killed.
 *
 * wallSeconds                elapsed time (monotonic clock)
 * userSeconds, systemSeconds CPU time of the command and of all children it has waited for
 * peakKilobytes              the largest resident set of any one of these processes
 * readBytes                  bytes that they got from read(2) and similar calls; -1 if unknown
 * readCalls                  number of these calls; -1 if unknown
 *
 * The last two are differences of this program's own counters (/proc/self/io), to which the kernel adds those
 * of children that it has waited for. They include some hundred bytes for reading the counters.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t child;
static volatile sig_atomic_t timed_out;

static void kill_command(int signal_number) {
  if (signal_number == SIGALRM) timed_out = 1;
  if (child > 0) kill(-child, SIGKILL);
}

static double seconds(const struct timeval *time) {
  return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static double monotonic_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Reads one of this program's counters. */
static long long io_counter(const char *name) {
  char line[128];
  long long value = -1;
  size_t length = strlen(name);
  FILE *io = fopen("/proc/self/io", "r");
  if (!io) return -1;
  while (fgets(line, sizeof line, io))
    if (strncmp(line, name, length) == 0 && line[length] == ':') value = atoll(line + length + 1);
  fclose(io);
  return value;
}

static long long growth(const char *name, long long before) {
  return before < 0 ? -1 : io_counter(name) - before;
}

static void start(char **command) {
  setpgid(0, 0);
  int null = open("/dev/null", O_RDWR);
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  execvp(command[0], command);
  _exit(127);
}

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: measure RESULT_FILE TIMEOUT_SECONDS COMMAND [ARGUMENT...]\n");
    return 2;
  }
  struct sigaction action = {.sa_handler = kill_command, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);

  long long bytes_before = io_counter("rchar"), calls_before = io_counter("syscr");
  double begin = monotonic_seconds();
  pid_t pid = fork();
  if (pid < 0) return perror("measure: fork"), 1;
  if (pid == 0) start(arguments + 3);
  setpgid(pid, pid);
  child = pid;
  struct itimerval limit = {0};
  double timeout = atof(arguments[2]);
  limit.it_value.tv_sec = (time_t)timeout;
  limit.it_value.tv_usec = (suseconds_t)((timeout - (double)(time_t)timeout) * 1e6);
  setitimer(ITIMER_REAL, &limit, NULL);

  int status = 0;
  struct rusage usage;
  while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  double wall = monotonic_seconds() - begin;
  kill(-pid, SIGKILL); /* children that are still running */

  FILE *result = fopen(arguments[1], "w");
  if (!result) return perror("measure: result file"), 1;
  fprintf(result,
          "{\"wallSeconds\":%.6f,\"userSeconds\":%.6f,\"systemSeconds\":%.6f,\"peakKilobytes\":%ld,"
          "\"readBytes\":%lld,\"readCalls\":%lld,\"exitCode\":%d,\"signal\":%d,\"timedOut\":%s}\n",
          wall, seconds(&usage.ru_utime), seconds(&usage.ru_stime), usage.ru_maxrss, growth("rchar", bytes_before),
          growth("syscr", calls_before),
          WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
          timed_out ? "true" : "false");
  return fclose(result) == 0 ? 0 : 1;
}
