/* The work of a contender and the lines it speaks: bench/contenders/protocol.ts describes both. */
#ifndef OATHBED_WORK_H
#define OATHBED_WORK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_SUBMISSIONS 65536
#define MAX_SECRET 64

typedef struct {
  uint8_t secret[MAX_SECRET];
  int secret_length;
  char code[16];
  uint32_t number;
} submission;

typedef struct {
  char hash[16];
  uint64_t now; /* Unix time, seconds */
  int window;   /* steps to each side */
  int count;
  submission *submissions;
} work;

static int work_fail(const char *why) {
  fprintf(stderr, "%s\n", why);
  return 1;
}

static int read_submission(FILE *file, submission *one) {
  char hex[2 * MAX_SECRET + 1];
  if (fscanf(file, "%128s %15s", hex, one->code) != 2) return 0;
  one->secret_length = (int)strlen(hex) / 2;
  for (int at = 0; at < one->secret_length; at++) {
    unsigned byte;
    if (sscanf(hex + 2 * at, "%2x", &byte) != 1) return 0;
    one->secret[at] = (uint8_t)byte;
  }
  one->number = (uint32_t)strtoul(one->code, NULL, 10);
  return 1;
}

static int read_work(const char *path, work *all) {
  unsigned long long now;
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  int ok = fscanf(file, "%15s %llu %d %d", all->hash, &now, &all->window, &all->count) == 4 &&
           all->count > 0 && all->count <= MAX_SUBMISSIONS;
  all->now = now;
  all->submissions = ok ? calloc((size_t)all->count, sizeof(submission)) : NULL;
  ok = ok && all->submissions != NULL;
  for (int at = 0; ok && at < all->count; at++) ok = read_submission(file, &all->submissions[at]);
  fclose(file);
  return ok;
}

static uint64_t now_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

/* Answers each line "COUNT" with "NANOSECONDS ACCEPTED" until the input ends. */
static int serve(const char *version, long (*run)(long from, long count)) {
  long from = 0, count;
  printf("ready %s\n", version);
  fflush(stdout);
  while (scanf("%ld", &count) == 1) {
    uint64_t begin = now_ns();
    long accepted = run(from, count);
    printf("%llu %ld\n", (unsigned long long)(now_ns() - begin), accepted);
    fflush(stdout);
    from += count;
  }
  return 0;
}

#endif
