/* Preloaded into a server, it makes every wait for the disk as long as that of a slow one: SLOW_FSYNC_MS at least. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int waited(const char *name, int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  const char *text = getenv("SLOW_FSYNC_MS");
  struct timespec begun, now, rest;
  long wait = (text ? atol(text) : 8) * 1000000L;
  clock_gettime(CLOCK_MONOTONIC, &begun);
  int result = real(descriptor);
  clock_gettime(CLOCK_MONOTONIC, &now);
  wait -= (now.tv_sec - begun.tv_sec) * 1000000000L + now.tv_nsec - begun.tv_nsec;
  if (wait > 0) {
    rest.tv_sec = wait / 1000000000L;
    rest.tv_nsec = wait % 1000000000L;
    nanosleep(&rest, NULL);
  }
  return result;
}

int fdatasync(int descriptor) { return waited("fdatasync", descriptor); }
int fsync(int descriptor) { return waited("fsync", descriptor); }
