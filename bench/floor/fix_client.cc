#include "bench/floor/fix_client.h"

#include <cstdio>
#include <cstring>

namespace hotlap::floor {

namespace stream = layout::stream;
namespace result = layout::stream_result;

namespace {

constexpr char soh = '\x01';
constexpr size_t trailerBytes = 7;  // 10=nnn and SOH
/// Session messages are written behind the order's place.
constexpr size_t sessionOffset = 4096;
constexpr int64_t logoutTimeoutMs = 2000;

/// The value of a field, or null. @param tag with the SOH before and the `=` behind it
const char* find(const char* message, const char* end, const char* tag) {
  const size_t length = strlen(tag);
  return static_cast<const char*>(memmem(message, static_cast<size_t>(end - message), tag, length));
}

uint32_t numberAt(const char* at) {
  uint32_t value = 0;
  for (; *at >= '0' && *at <= '9'; ++at) value = value * 10 + static_cast<uint32_t>(*at - '0');
  return value;
}

}  // namespace

Failure FixClient::open(const FixOptions& options, std::shared_ptr<LatencyRecorder> latency) {
  options_ = options;
  rx_ = std::make_unique<uint8_t[]>(bufferBytes + 1);
  tx_ = std::make_unique<uint8_t[]>(bufferBytes);
  order_ = std::make_unique<OrderTemplate>(reinterpret_cast<char*>(tx_.get()), sessionOffset, options.names,
                                           options.clOrdIdPrefix, options.symbol, options.quantity);
  if (!order_->usable()) return {"EINVAL", "The order's names are too long."};
  TcpStream::Options stream;
  stream.host = options.host;
  stream.port = options.port;
  stream.stack = options.stack;
  stream.memory = {rx_.get(), bufferBytes, tx_.get(), bufferBytes, cells_};
  stream.maxPendingBytes = bufferBytes;
  stream.latency = std::move(latency);
  if (Failure failure = stream_.configure(std::move(stream))) return failure;
  stream_.open();
  return {};
}

bool FixClient::order(uint32_t ordinal, int side, uint32_t price, int64_t epochMs) {
  now_.set(epochMs);
  order_->patch(nextMsgSeqNum_, ordinal, side, price, now_);
  const int taken = stream_.send(0, order_->length(), layout::cause::tick);
  if (taken <= 0) {
    end("the venue's connection took no order");
    return false;
  }
  ++nextMsgSeqNum_;
  sentMs_ = epochMs;
  return true;
}

void FixClient::sendSession(const std::string& msgType, const std::string& body, int64_t epochMs) {
  now_.set(epochMs);
  const std::string fields = "35=" + msgType + soh + "49=" + options_.names.senderCompId + soh +
                             "56=" + options_.names.targetCompId + soh +
                             "34=" + std::to_string(nextMsgSeqNum_) + soh + "52=" + now_.text() + soh + body;
  std::string message = std::string("8=FIX.4.4") + soh + "9=" + std::to_string(fields.size()) + soh + fields;
  uint32_t sum = 0;
  for (const char byte : message) sum += static_cast<uint8_t>(byte);
  char trailer[trailerBytes + 1];
  snprintf(trailer, sizeof trailer, "10=%03u%c", sum & 0xff, soh);
  message += trailer;
  memcpy(tx_.get() + sessionOffset, message.data(), message.size());
  if (stream_.send(sessionOffset, message.size(), layout::cause::none) <= 0) {
    return end("the venue's connection took no message");
  }
  ++nextMsgSeqNum_;
  sentMs_ = epochMs;
}

void FixClient::end(const std::string& trouble) {
  if (state_ == State::ended) return;
  trouble_ = trouble;
  state_ = State::ended;
  stream_.close();
}

void FixClient::logout(int64_t epochMs) {
  if (state_ == State::ended || state_ == State::loggingOut) return;
  state_ = State::loggingOut;
  sendSession("5", "", epochMs);
}

void FixClient::poll(int64_t epochMs) {
  if (state_ == State::ended) return;
  const int received = stream_.poll();
  if (received == result::opened) {
    state_ = State::loggingOn;
    receivedMs_ = epochMs;
    const std::string heartBtInt = std::to_string(options_.heartBtIntS);
    return sendSession("A", std::string("98=0") + soh + "108=" + heartBtInt + soh + "141=Y" + soh, epochMs);
  }
  if (received == result::closed || received == result::failed) {
    return end(state_ == State::loggingOut ? "" : "the venue ended the connection");
  }
  if (received > 0) {
    receivedMs_ = epochMs;
    consume(epochMs);
  }
  const int64_t heartBtIntMs = options_.heartBtIntS * INT64_C(1000);
  if (state_ == State::active && epochMs - sentMs_ >= heartBtIntMs) sendSession("0", "", epochMs);
  if (state_ == State::active && epochMs - receivedMs_ > 2 * heartBtIntMs) end("the venue fell silent");
  if (state_ == State::loggingOut && epochMs - sentMs_ > logoutTimeoutMs) end("the venue did not log out");
}

/// Takes every whole message; FIX frames itself: BeginString, BodyLength, body, CheckSum.
void FixClient::consume(int64_t epochMs) {
  rx_[static_cast<size_t>(cells_[stream::rxEnd])] = 0;
  while (state_ != State::ended) {
    const char* const begin = reinterpret_cast<const char*>(rx_.get()) + cells_[stream::rxStart];
    const size_t left = static_cast<size_t>(cells_[stream::rxEnd] - cells_[stream::rxStart]);
    constexpr size_t headBytes = 12;  // 8=FIX.4.4, SOH and 9=
    if (left < headBytes + 8) return;
    if (memcmp(begin,
               "8=FIX.4.4\x01"
               "9=",
               headBytes) != 0)
      return end("the venue sent what is not FIX 4.4");
    const char* const lengthEnd = static_cast<const char*>(memchr(begin + headBytes, soh, 7));
    if (lengthEnd == nullptr) return end("the venue sent a message without BodyLength(9)");
    const size_t head = static_cast<size_t>(lengthEnd - begin);
    const size_t whole = head + 1 + numberAt(begin + headBytes) + trailerBytes;
    if (whole > bufferBytes) return end("the venue sent a message of more than 1 MB");
    if (left < whole) return;
    cells_[stream::rxStart] += static_cast<int32_t>(whole);
    handle(begin + head, begin + whole, epochMs);
  }
}

void FixClient::handle(const char* message, const char* end, int64_t epochMs) {
  const char* const sequence = find(message, end,
                                    "\x01"
                                    "34=");
  if (sequence == nullptr || numberAt(sequence + 4) != expectedMsgSeqNum_++) {
    return this->end("the venue's messages have a gap");
  }
  // MsgType(35) is the first field of the body.
  switch (message[4]) {
    case '8':
      return report(message, end);
    case 'A':
      state_ = State::active;
      return;
    case '1': {
      const char* const id = find(message, end,
                                  "\x01"
                                  "112=");
      if (id == nullptr) return this->end("the venue sent a TestRequest without TestReqID(112)");
      const char* const idEnd =
          static_cast<const char*>(memchr(id + 1, soh, static_cast<size_t>(end - id - 1)));
      return sendSession("0", std::string(id + 1, idEnd + 1), epochMs);
    }
    case '5':
      if (state_ == State::loggingOut) return this->end("");
      return this->end("the venue logged out");
    case '3':
    case 'j':
      return this->end("the venue rejected a message");
  }
}

void FixClient::report(const char* message, const char* end) {
  const char* const type = find(message, end,
                                "\x01"
                                "150=");
  if (type == nullptr) return;
  switch (type[5]) {
    case '0':
      ++reports_.acknowledged;
      return;
    case 'F':
      ++reports_.filled;
      return;
    case '4':
      ++reports_.cancelled;
      return;
    case '8':
      ++reports_.rejected;
      return;
  }
}

}  // namespace hotlap::floor
