// What a transport says of itself, whichever way of packets or of a connection it is.
#pragma once

#include <string>

namespace hotlap {

/** What `transport()` of native/index.ts tells. */
struct TransportFacts {
  std::string backend;
  std::string timestampSource;
  std::string reason;
  /** The kernel's network stack is out of the way of the data. */
  bool accelerated;
  bool zeroCopy;
  /** 0: has none. */
  int receiveBufferBytes;
};

}  // namespace hotlap
