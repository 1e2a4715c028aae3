// A preloaded library that takes kernel sockets over without a word (Onload, VMA, XLIO): which is here, and
// what it says of one socket. That it is here says nothing of any socket, so each is asked. Cold but for
// mayWarm().
#pragma once

#include <sys/types.h>

#include <string>

#include "core/socket/transport_facts.h"

namespace hotlap {

struct Accelerator {
  enum class Library { none, onload, vma, xlio } library = Library::none;
  /// Of Onload's extension API: `1.2.0`; else empty.
  std::string version;
  /// Empty, or a sentence: one was asked for and is not here, or is here and cannot be asked.
  std::string problem;
};

/// Looked for once in a process.
const Accelerator& accelerator();

/// `Onload`; empty for none.
const char* nameOf(Accelerator::Library library);

/// Before a thread makes its first socket: those of the thread get a stack to themselves, so that no lock is
/// shared, and no call of the thread spins, because its loop does.
void enterAccelerator();

/// Of a socket that is bound, joined or connected, as it is now: each of these may hand it to the kernel.
/// @param plain what is said of a socket that the kernel runs
/// @param madeOn the thread that made it
TransportFacts kernelSocketFacts(int fd, const std::string& plain, pid_t madeOn);

/// Of sockets that are not made yet.
TransportFacts kernelSocketFacts(const std::string& plain);

/// Whether a send with onload::messageWarm sends nothing on this socket now. No system call.
bool mayWarm(int fd);

}  // namespace hotlap
