// IPv4 addresses and interfaces of this machine.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

#include "core/host/failure.h"

namespace hotlap {

struct Interface {
  /// 0: not found.
  unsigned index = 0;
  std::string name;
  /// Its first IPv4 address, or the one it was asked for by; 0.0.0.0 where it has none.
  in_addr address = {};
};

/// Numeric IPv4 only, or `localhost`: a name look-up waits for a server, so names are resolved before.
bool parseIpv4(const std::string& text, in_addr& address);
bool isMulticast(in_addr address);
std::string addressText(in_addr address);
std::string addressText(in_addr address, int port);
/// The interface that carries the address.
Interface interfaceOf(in_addr address);
/// By its address or its name, or the sentence why not. @param purpose ends the sentence: "by which …"
Failure findInterface(const std::string& addressOrName, const std::string& purpose, Interface& out);
/// Both an address and a port that can be used, or the sentence why not. @param what names the option in the
/// sentence
Failure resolveIpv4(const std::string& host, int port, const char* what, sockaddr_in& out);

}  // namespace hotlap
