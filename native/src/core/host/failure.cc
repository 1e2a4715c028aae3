#include "core/host/failure.h"

#include <errno.h>
#include <string.h>

namespace hotlap {

// strerrorname_np would know them all, but only from glibc 2.32 on.
std::string errnoName(int error) {
  switch (error) {
    case EACCES:
      return "EACCES";
    case EADDRINUSE:
      return "EADDRINUSE";
    case EADDRNOTAVAIL:
      return "EADDRNOTAVAIL";
    case EAFNOSUPPORT:
      return "EAFNOSUPPORT";
    case EAGAIN:
      return "EAGAIN";
    case EBUSY:
      return "EBUSY";
    case ECONNABORTED:
      return "ECONNABORTED";
    case ECONNREFUSED:
      return "ECONNREFUSED";
    case ECONNRESET:
      return "ECONNRESET";
    case EEXIST:
      return "EEXIST";
    case EHOSTUNREACH:
      return "EHOSTUNREACH";
    case EINVAL:
      return "EINVAL";
    case EMFILE:
      return "EMFILE";
    case EMSGSIZE:
      return "EMSGSIZE";
    case ENETDOWN:
      return "ENETDOWN";
    case ENETUNREACH:
      return "ENETUNREACH";
    case ENOBUFS:
      return "ENOBUFS";
    case ENODEV:
      return "ENODEV";
    case ENOENT:
      return "ENOENT";
    case ENOMEM:
      return "ENOMEM";
    case ENOSPC:
      return "ENOSPC";
    case ENXIO:
      return "ENXIO";
    case EOPNOTSUPP:
      return "EOPNOTSUPP";
    case EPERM:
      return "EPERM";
    case EPIPE:
      return "EPIPE";
    case ERANGE:
      return "ERANGE";
    case ETIMEDOUT:
      return "ETIMEDOUT";
  }
  return "ERRNO_" + std::to_string(error);
}

int errnoNamed(const std::string& name) {
  // EHWPOISON, the last that Linux has (errno(3)).
  constexpr int last = 133;
  for (int error = 1; error <= last; ++error) {
    if (errnoName(error) == name) return error;
  }
  return 0;
}

std::string errnoText(int error) {
  char text[128];
  // The GNU variant: it may answer with a string of its own.
  return strerror_r(error, text, sizeof text);
}

Failure failureOf(int error, const std::string& what, const std::string& remedy) {
  std::string sentence = what + ": " + errnoText(error);
  sentence += remedy.empty() ? "." : "; " + remedy + ".";
  return {errnoName(error), sentence};
}

}  // namespace hotlap
