#include "bench/floor/transports.h"

#include "bench/feed_by.h"

namespace hotlap::floor {

namespace {

LinkOptions deviceOf(const Options& options) {
  return bench::linkBy(options.rx, ShmOptions::End::engine, options);
}

}  // namespace

Failure openFeed(const Options& options, std::unique_ptr<PacketSource>& source) {
  return options.rx == "kernel" ? bench::kernelFeed(options, options.creditFile, source)
                                : bench::linkFeed(deviceOf(options), options, options.creditFile, source);
}

TcpStackOptions stackOf(const Options& options) {
  TcpStackOptions stack;
  if (options.tx == "kernel") return stack;
  stack.kind = TcpStackOptions::Kind::lwip;
  stack.lwip.link = deviceOf(options);
  stack.lwip.address = options.address;
  return stack;
}

}  // namespace hotlap::floor
