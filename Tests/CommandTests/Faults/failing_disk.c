// A disk that fails: loaded before libc (LD_PRELOAD), it counts the changes that a program makes to
// files under one folder, and lets the Nth of them, or all from the Nth on, fail or kill the program.
//
//   FAULT_FOLDER  the folder
//   FAULT_AT      N, from 1; 0 or nothing: only count
//   FAULT_ERRNO   the number of the failure; 0: the program is killed (SIGKILL) instead, in the
//                 middle of the change where it writes bytes
//   FAULT_STAYS   1: all from the Nth on fail, as a full disk does; else that one alone
//   FAULT_COUNT   a file outside the folder that is told each change, one a line
//   FAULT_CLOCK   seconds that are added to the time of day
//
// A change is: write and its kin, fsync and its kin, ftruncate, fallocate, rename, and the making of a
// file or folder. Taking files away never fails. What is written through mmap is not seen, nor what
// libc writes by itself (stdio).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long changes = 0;

static long number(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

static void tell(long change, const char *what, const char *path, int is_hit) {
  const char *file = getenv("FAULT_COUNT");
  if (!file) return;
  char line[PATH_MAX + 80];
  int length = snprintf(line, sizeof line, "%ld %s %s%s\n", change, what, path, is_hit ? " !" : "");
  long to = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (to < 0 || syscall(SYS_write, to, line, length) != length) abort();
  syscall(SYS_close, to);
}

// What becomes of a change: 0: it happens; -1: the program is killed; else it fails with that number.
static int fate(const char *what, const char *path) {
  const char *folder = getenv("FAULT_FOLDER");
  size_t length = folder ? strlen(folder) : 0;
  if (!length || strncmp(path, folder, length) || (path[length] != '/' && path[length])) return 0;
  pthread_mutex_lock(&lock);
  long change = ++changes, at = number("FAULT_AT");
  int is_hit = at > 0 && (change == at || (change > at && number("FAULT_STAYS")));
  tell(change, what, path, is_hit);
  pthread_mutex_unlock(&lock);
  if (!is_hit) return 0;
  int code = (int)number("FAULT_ERRNO");
  return code ? code : -1;
}

static int fate_of_file(const char *what, int file) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fate(what, path);
}

static int fate_of_path(const char *what, int folder, const char *path) {
  char whole[2 * PATH_MAX];
  if (path[0] == '/') return fate(what, path);
  if (folder == AT_FDCWD) {
    if (!getcwd(whole, PATH_MAX)) return 0;
  } else {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, whole, PATH_MAX - 1);
    if (length < 0) return 0;
    whole[length] = 0;
  }
  strcat(whole, "/");
  strncat(whole, path, PATH_MAX - 1);
  return fate(what, whole);
}

static int fail(int code) {
  if (code < 0) kill(getpid(), SIGKILL);
  errno = code;
  return -1;
}

// Whether half of the bytes are written first: as a full disk and a power cut do.
static int is_half(int code, size_t count) {
  return count > 1 && (code < 0 || (code == ENOSPC && number("FAULT_STAYS")));
}

ssize_t write(int file, const void *bytes, size_t count) {
  int code = fate_of_file("write", file);
  if (!code) return syscall(SYS_write, file, bytes, count);
  if (!is_half(code, count)) return fail(code);
  ssize_t written = syscall(SYS_write, file, bytes, count / 2);
  return code < 0 ? fail(code) : written;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  int code = fate_of_file("pwrite", file);
  if (!code) return syscall(SYS_pwrite64, file, bytes, count, offset);
  if (!is_half(code, count)) return fail(code);
  ssize_t written = syscall(SYS_pwrite64, file, bytes, count / 2, offset);
  return code < 0 ? fail(code) : written;
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  return pwrite64(file, bytes, count, offset);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  int code = fate_of_file("writev", file);
  return code ? fail(code) : syscall(SYS_writev, file, parts, count);
}

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t count, unsigned flags) {
  int code = fate_of_file("copy_file_range", out);
  return code ? fail(code) : syscall(SYS_copy_file_range, in, from, out, to, count, flags);
}

ssize_t sendfile64(int out, int in, off64_t *offset, size_t count) {
  int code = fate_of_file("sendfile", out);
  return code ? fail(code) : syscall(SYS_sendfile, out, in, offset, count);
}
ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
  return sendfile64(out, in, offset, count);
}

int fsync(int file) {
  int code = fate_of_file("fsync", file);
  return code ? fail(code) : (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
  int code = fate_of_file("fdatasync", file);
  return code ? fail(code) : (int)syscall(SYS_fdatasync, file);
}

int ftruncate64(int file, off64_t length) {
  int code = fate_of_file("ftruncate", file);
  return code ? fail(code) : (int)syscall(SYS_ftruncate, file, length);
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fallocate64(int file, int mode, off64_t offset, off64_t length) {
  int code = fate_of_file("fallocate", file);
  return code ? fail(code) : (int)syscall(SYS_fallocate, file, mode, offset, length);
}
int fallocate(int file, int mode, off_t offset, off_t length) {
  return fallocate64(file, mode, offset, length);
}

int renameat2(int in, const char *from, int out, const char *to, unsigned flags) {
  int code = fate_of_path("rename", out, to);
  return code ? fail(code) : (int)syscall(SYS_renameat2, in, from, out, to, flags);
}
int renameat(int in, const char *from, int out, const char *to) {
  return renameat2(in, from, out, to, 0);
}
int rename(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int mkdirat(int folder, const char *path, mode_t mode) {
  int code = fate_of_path("mkdir", folder, path);
  return code ? fail(code) : (int)syscall(SYS_mkdirat, folder, path, mode);
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

static int open_file(int folder, const char *path, int flags, mode_t mode) {
  if (flags & O_CREAT && syscall(SYS_faccessat, folder, path, F_OK) != 0) {
    int code = fate_of_path("open", folder, path);
    if (code) return fail(code);
  }
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define MODE                            \
  mode_t mode = 0;                      \
  if (flags & (O_CREAT | __O_TMPFILE)) { \
    va_list rest;                       \
    va_start(rest, flags);              \
    mode = va_arg(rest, mode_t);        \
    va_end(rest);                       \
  }

int openat64(int folder, const char *path, int flags, ...) {
  MODE return open_file(folder, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
  MODE return open_file(folder, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE return open_file(AT_FDCWD, path, flags, mode);
}
int open(const char *path, int flags, ...) { MODE return open_file(AT_FDCWD, path, flags, mode); }

int clock_gettime(clockid_t clock, struct timespec *now) {
  int code = (int)syscall(SYS_clock_gettime, clock, now);
  if (!code && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += number("FAULT_CLOCK");
  return code;
}
int gettimeofday(struct timeval *now, void *zone) {
  int code = (int)syscall(SYS_gettimeofday, now, zone);
  if (!code) now->tv_sec += number("FAULT_CLOCK");
  return code;
}
time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}
