// A source whose packets go onto the tape as they are handed on.
#pragma once

#include <memory>
#include <utility>

#include "core/feed/packet_source.h"
#include "core/tape/tape_writer.h"

namespace hotlap::tape {

class TapingSource final : public PacketSource {
 public:
  TapingSource(std::unique_ptr<PacketSource> source, std::shared_ptr<TapeWriter> tape)
      : source_(std::move(source)), tape_(std::move(tape)) {}

  NextPacket next(int64_t nowNs, Packet& packet) override;

  void refresh() override;
  const FaultCounters* faults() const override { return source_->faults(); }
  TransportFacts transport() const override { return source_->transport(); }
  std::string group() const override { return source_->group(); }
  std::vector<GroupCount> groups() const override { return source_->groups(); }
  const CaptureFacts* capture() const override { return source_->capture(); }

 private:
  std::unique_ptr<PacketSource> source_;
  std::shared_ptr<TapeWriter> tape_;
  int32_t passedOver_ = 0;
};

}  // namespace hotlap::tape
