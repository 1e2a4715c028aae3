#include "core/socket/address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

namespace hotlap {

bool parseIpv4(const std::string& text, in_addr& address) {
  return inet_pton(AF_INET, text == "localhost" ? "127.0.0.1" : text.c_str(), &address) == 1;
}

bool isMulticast(in_addr address) { return IN_MULTICAST(ntohl(address.s_addr)); }

std::string addressText(in_addr address) {
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &address, text, sizeof text);
  return text;
}

std::string addressText(in_addr address, int port) {
  return addressText(address) + ":" + std::to_string(port);
}

Interface interfaceOf(in_addr address) {
  Interface found;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    if (reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr.s_addr != address.s_addr) continue;
    found = {if_nametoindex(entry->ifa_name), entry->ifa_name, address};
    break;
  }
  freeifaddrs(list);
  return found;
}

Failure findInterface(const std::string& addressOrName, const std::string& purpose, Interface& out) {
  in_addr address;
  if (parseIpv4(addressOrName, address)) {
    out = interfaceOf(address);
    if (out.index != 0) return {};
    return {"ENODEV", "No interface of this machine has the address " + addressOrName + ", " + purpose +
                          "; `ip -4 addr` lists the addresses."};
  }
  out = {if_nametoindex(addressOrName.c_str()), addressOrName, {}};
  if (out.index == 0) {
    return {"ENODEV", "This machine has no interface `" + addressOrName + "`, " + purpose +
                          "; `ip link` lists the names."};
  }
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    if (addressOrName != entry->ifa_name) continue;
    out.address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr;
    break;
  }
  freeifaddrs(list);
  return {};
}

Failure resolveIpv4(const std::string& host, int port, const char* what, sockaddr_in& out) {
  out = {};
  out.sin_family = AF_INET;
  if (port < 0 || port > 65535) {
    return {"EINVAL", std::string("The port of ") + what + " is " + std::to_string(port) +
                          "; it must lie between 0 and 65535."};
  }
  out.sin_port = htons(static_cast<uint16_t>(port));
  if (!parseIpv4(host, out.sin_addr)) {
    return {"EINVAL", std::string("`") + host + "` is no IPv4 address; give " + what +
                          " in numbers, as 127.0.0.1 or 239.54.12.111."};
  }
  return {};
}

}  // namespace hotlap
