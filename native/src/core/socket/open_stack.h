// The TCP stack that was asked for.
#pragma once

#include <memory>
#include <string>

#include "core/host/failure.h"
#include "core/link/open_link.h"
#include "core/socket/tcp_socket.h"

namespace hotlap {

struct LwipOptions {
  LinkOptions link;
  /// `10.0.0.2/24`, an address of its own; empty: the address of the link's interface, shared with the
  /// kernel.
  std::string address;
  /// Where everything beyond the network goes; empty: nowhere, or with a shared address as the kernel routes.
  std::string gateway;
};

struct TcpStackOptions {
  enum class Kind { kernel, lwip } kind = Kind::kernel;
  LwipOptions lwip;
};

/// @param link a share of the device that `options.link` names
using LwipOpener = Failure (*)(const LwipOptions& options, std::unique_ptr<Link> link,
                               std::shared_ptr<TcpStack>& stack);

/// Told once by whoever holds the code: the optional addon, or a program that is linked with it.
void provideLwip(LwipOpener opener);

/// Who polls the stack: the thread that opens it, like everything else it opens; or one thread of the
/// opener's, and then nobody shares it.
enum class StackUse { byThisThread, byAnotherThread };

/// Of lwIP there is one in a process (its state is global): who asks for the same again on the same thread
/// gets the same, whoever else asks is refused with a sentence. It ends with the last of its users.
Failure openStack(const TcpStackOptions& options, std::shared_ptr<TcpStack>& stack,
                  StackUse use = StackUse::byThisThread);

}  // namespace hotlap
