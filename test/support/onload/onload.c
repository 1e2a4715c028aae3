// A stand-in for libonload.so: the symbols of Onload's extension API that hotlap asks for, over the kernel's own
// sockets. What is called is written to the file ONLOAD_LOG, a line a call.
//   ONLOAD_TAKES    all (default) | none | warmless: which sockets count as taken over
//   ONLOAD_HANDS    after so many warm sends every socket counts as handed to the kernel
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#ifndef MAJOR
#define MAJOR 1
#endif

unsigned onload_lib_ext_version[3] = {MAJOR, 2, 0};

struct onload_stat {
  int32_t stack_id;
  char* stack_name;
  int32_t endpoint_id, endpoint_state;
};

static __thread char stack[9] = "";
static int warmed = 0;

static void say(const char* format, ...) {
  const char* name = getenv("ONLOAD_LOG");
  FILE* log = name == NULL ? NULL : fopen(name, "ae");
  if (log == NULL) return;
  va_list values;
  va_start(values, format);
  vfprintf(log, format, values);
  va_end(values);
  fclose(log);
}

static int is(const char* name, const char* value) {
  const char* given = getenv(name);
  return given != NULL && strcmp(given, value) == 0;
}

static int handed_over(void) {
  const char* after = getenv("ONLOAD_HANDS");
  return after != NULL && warmed >= atoi(after);
}

static int taken(int fd) {
  int type = 0;
  socklen_t length = sizeof type;
  if (is("ONLOAD_TAKES", "none") || handed_over()) return 0;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
}

int onload_fd_stat(int fd, struct onload_stat* stat) {
  if (!taken(fd)) return 0;
  if (stat != NULL) *stat = (struct onload_stat){3, strdup(stack), 1, 0};
  return 1;
}

int onload_fd_check_feature(int fd, int feature) {
  struct sockaddr_storage peer;
  socklen_t length = sizeof peer;
  if (feature != 0) return -EOPNOTSUPP;
  if (is("ONLOAD_TAKES", "warmless") || !taken(fd)) return 0;
  return getpeername(fd, (struct sockaddr*)&peer, &length) == 0;
}

int onload_set_stackname(int who, int scope, const char* name) {
  say("stackname %d %d %s\n", who, scope, name);
  if (strlen(name) > 8) return -1;
  strcpy(stack, name);
  return 0;
}

int onload_thread_set_spin(int type, int on) {
  say("spin %d %d\n", type, on);
  return 0;
}

// As the kernel does, a socket that is not taken over sends in spite of the flag.
ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  ssize_t (*next)(int, const void*, size_t, int) = dlsym(RTLD_NEXT, "send");
  if ((flags & 0x400) == 0) return next(fd, bytes, size, flags);
  say("warm %zu\n", size);
  if (!taken(fd)) return next(fd, bytes, size, flags);
  ++warmed;
  return (ssize_t)size;
}
