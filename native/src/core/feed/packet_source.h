// Where a receiver's packets come from: a socket, a recording, or what a playback has sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/faults/fault_counters.h"
#include "core/socket/transport_facts.h"

namespace hotlap {

/** Borrowed until the source is asked for the next one. */
struct Packet {
  const uint8_t* data;
  size_t size;
  /** Bare message blocks (BinaryFILE): so many of them; 0: a MoldUDP64 packet with its header. */
  uint32_t blocks;
  /** CLOCK_MONOTONIC when the receive burst returned; 0 where nothing was received: the poll's own reading
   * counts. */
  int64_t burstNs;
};

enum class NextPacket : uint8_t {
  packet,
  /** Something was read and is not for us. */
  skipped,
  /** Nothing there now. */
  none,
  /** BinaryFILE's zero record. */
  sessionEnded,
  /** Nothing will come any more. */
  ended,
};

struct SourceCounters {
  uint64_t filtered = 0;
  uint64_t malformed = 0;
  /** Lost before the source could have them, for want of room: in a socket's buffer, in a device's ring. */
  uint64_t drops = 0;
  /** Refused: parts of a datagram, more bytes than a packet may have, checksums that do not match. */
  uint64_t fragments = 0;
  uint64_t oversized = 0;
  uint64_t badChecksums = 0;
  uint64_t receiveCalls = 0;
  uint32_t lagPackets = 0;
  bool truncated = false;
};

struct CaptureFacts;

struct GroupCount {
  std::string name;
  uint64_t packets;
};

class PacketSource {
 public:
  virtual ~PacketSource() = default;
  PacketSource() = default;
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;

  /** @param nowNs CLOCK_MONOTONIC; ignored by recordings. */
  virtual NextPacket next(int64_t nowNs, Packet& packet) = 0;
  const SourceCounters& counters() const { return counters_; }
  /** What was done on purpose; nullptr: nothing ever is. */
  virtual const FaultCounters* faults() const { return nullptr; }

  // Cold, for the summary.
  /** Brings counters up to date that cost a system call. */
  virtual void refresh() {}
  virtual TransportFacts transport() const = 0;
  virtual std::string group() const { return {}; }
  /** Every group and port that was sent to, the feed's own among them. */
  virtual std::vector<GroupCount> groups() const { return {}; }
  /** Of the file that the packets are read from; nullptr: there is none. */
  virtual const CaptureFacts* capture() const { return nullptr; }

 protected:
  SourceCounters counters_;
};

}  // namespace hotlap
