/* Counts the calls that change files or folders, and ends the process before the one with a given number, or lets it
 * fail: DISTURB=count FILE      writes how many there were DISTURB=kill N          SIGKILL before the N-th (from 1)
 *   DISTURB=fail N ERRNO    the N-th fails
 *   DISTURB=plain           the file system has no files without names, no locks
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long calls, killAt, failAt;
static int failure, plain, list = -1;

__attribute__((constructor)) static void readWish(void) {
  const char *wish = getenv("DISTURB");
  if (!wish)
    return;
  if (!strncmp(wish, "list ", 5))
    list = open(wish + 5, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  else if (sscanf(wish, "kill %ld", &killAt) != 1 && sscanf(wish, "fail %ld %d", &failAt, &failure) != 2)
    plain = !strcmp(wish, "plain");
}

/* Whether this call is to fail. */
static int disturb(const char *name) {
  pthread_mutex_lock(&mutex);
  ++calls;
  if (list >= 0)
    dprintf(list, "%s\n", name);
  if (calls == killAt)
    kill(getpid(), SIGKILL);
  int fails = calls == failAt;
  pthread_mutex_unlock(&mutex);
  if (fails)
    errno = failure;
  return fails;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int linkat(int from, const char *old, int to, const char *new, int flags) {
  return disturb("linkat") ? -1 : NEXT(linkat)(from, old, to, new, flags);
}
int renameat(int from, const char *old, int to, const char *new) {
  return disturb("renameat") ? -1 : NEXT(renameat)(from, old, to, new);
}
int unlinkat(int folder, const char *name, int flags) {
  return disturb("unlinkat") ? -1 : NEXT(unlinkat)(folder, name, flags);
}
int mkdir(const char *name, mode_t mode) { return disturb("mkdir") ? -1 : NEXT(mkdir)(name, mode); }
int rmdir(const char *name) { return disturb("rmdir") ? -1 : NEXT(rmdir)(name); }
int fsync(int file) { return disturb("fsync") ? -1 : NEXT(fsync)(file); }
/* To a file: a pipe does not fail like this. */
ssize_t write(int file, const void *bytes, size_t count) {
  struct stat facts;
  int isFile = file > 2 && fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
  return isFile && disturb("write") ? -1 : NEXT(write)(file, bytes, count);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  return disturb("pwrite") ? -1 : NEXT(pwrite)(file, bytes, count, offset);
}
ssize_t copy_file_range(int from, loff_t *in, int to, loff_t *out, size_t count, unsigned flags) {
  return disturb("copy_file_range") ? -1 : NEXT(copy_file_range)(from, in, to, out, count, flags);
}
int flock(int file, int operation) {
  if (plain) {
    errno = ENOLCK;
    return -1;
  }
  return NEXT(flock)(file, operation);
}
int openat(int folder, const char *name, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | __O_TMPFILE)) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
    if (disturb("openat"))
      return -1;
  }
  if (plain && (flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return NEXT(openat)(folder, name, flags, mode);
}
