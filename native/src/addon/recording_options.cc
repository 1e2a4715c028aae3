#include "addon/recording_options.h"

#include <string>
#include <utility>

#include "addon/options.h"
#include "core/recording/binaryfile_source.h"
#include "core/recording/capture_source.h"

namespace hotlap {

namespace {

template <typename Source>
std::unique_ptr<TimedSource> checked(Napi::Env env, std::unique_ptr<Source> source) {
  if (!source->usable()) {
    throw Napi::Error::New(env, "There is not enough memory for the recording's reader.");
  }
  return source;
}

}  // namespace

std::unique_ptr<TimedSource> recordingIn(uint8_t* ring, size_t ringSize, const Napi::Object& options,
                                         uint32_t group, uint16_t port, bool alone) {
  const Napi::Env env = options.Env();
  const std::string format = stringOption(options, "format");
  if (format == "binaryfile") {
    const uint32_t mostBlocks = alone ? BinaryFileSource::kMostBlocks : 1;
    return checked(env, std::make_unique<BinaryFileSource>(ring, ringSize, mostBlocks));
  }
  if (format != "pcap" && format != "pcapng") {
    throw Napi::TypeError::New(env, "The option `format` must be pcap, pcapng or binaryfile.");
  }
  const CaptureFormat capture = format == "pcap" ? CaptureFormat::pcap : CaptureFormat::pcapng;
  return checked(env, std::make_unique<CaptureSource>(capture, ring, ringSize, group, port));
}

}  // namespace hotlap
