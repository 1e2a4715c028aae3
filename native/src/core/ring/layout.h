// The shared memory between the native core and JavaScript: the same drawing as native/layout.ts, where every
// slot is described. test/unit/native/layout.test.ts reads both and compares them.
#pragma once

namespace hotlap::layout {

inline constexpr int addonVersion = 11;

namespace tick {
inline constexpr int kind = 0;
inline constexpr int instrument = 1;
inline constexpr int side = 2;
inline constexpr int price = 3;
inline constexpr int size = 4;
inline constexpr int bid = 5;
inline constexpr int bidSize = 6;
inline constexpr int ask = 7;
inline constexpr int askSize = 8;
inline constexpr int exchangeTimeNs = 9;
inline constexpr int receiveTimeNs = 10;
inline constexpr int sequence = 11;
inline constexpr int flags = 12;
inline constexpr int idHigh = 13;
inline constexpr int idLow = 14;
inline constexpr int feedChannel = 15;
}  // namespace tick

namespace detail {
inline constexpr int levelPrice = 16;
inline constexpr int remaining = 17;
inline constexpr int entrySequence = 18;
inline constexpr int oldIdHigh = 19;
inline constexpr int oldIdLow = 20;
inline constexpr int sizeBefore = 21;
inline constexpr int matchHigh = 22;
inline constexpr int matchLow = 23;
inline constexpr int printable = 24;
inline constexpr int messageType = 25;
inline constexpr int code = 26;
inline constexpr int pairedShares = 27;
inline constexpr int farPrice = 28;
inline constexpr int nearPrice = 29;
}  // namespace detail

namespace event {
inline constexpr int add = 1;
inline constexpr int execute = 2;
inline constexpr int executeWithPrice = 3;
inline constexpr int cancel = 4;
inline constexpr int delete_ = 5;
inline constexpr int replace = 6;
inline constexpr int trade = 7;
inline constexpr int crossTrade = 8;
inline constexpr int brokenTrade = 9;
inline constexpr int imbalance = 10;
inline constexpr int tradingAction = 11;
inline constexpr int status = 12;
inline constexpr int systemEvent = 13;
inline constexpr int gap = 14;
}  // namespace event

namespace flag {
inline constexpr int eventEnd = 1;
inline constexpr int snapshot = 2;
inline constexpr int gap = 4;
inline constexpr int stale = 8;
inline constexpr int halted = 16;
}  // namespace flag

namespace interest {
inline constexpr int book = 1;
inline constexpr int trade = 2;
inline constexpr int status = 4;
inline constexpr int imbalance = 8;
inline constexpr int matching = 128;
}  // namespace interest

namespace cell {
inline constexpr int nowNs = 0;
inline constexpr int deadlineNs = 1;
inline constexpr int limitSequence = 2;
inline constexpr int lagPackets = 3;
inline constexpr int packets = 4;
inline constexpr int messages = 5;
inline constexpr int gaps = 6;
inline constexpr int lostMessages = 7;
inline constexpr int duplicates = 8;
inline constexpr int drops = 9;
inline constexpr int stale = 10;
inline constexpr int sessionEnded = 11;
inline constexpr int sourceEnded = 12;
inline constexpr int truncated = 13;
inline constexpr int malformed = 14;
inline constexpr int filtered = 15;
inline constexpr int unknownOrders = 16;
inline constexpr int liveOrders = 17;
inline constexpr int sequence = 18;
inline constexpr int sampled = 19;
inline constexpr int monotonicOffsetNs = 20;
inline constexpr int events = 21;
inline constexpr int receiveCalls = 22;
inline constexpr int turns = 23;
}  // namespace cell

namespace depth {
inline constexpr int bidLevels = 0;
inline constexpr int askLevels = 1;
inline constexpr int stale = 2;
inline constexpr int halted = 3;
inline constexpr int header = 4;
inline constexpr int price = 0;
inline constexpr int size = 1;
inline constexpr int orders = 2;
inline constexpr int perLevel = 3;
}  // namespace depth

namespace poll {
inline constexpr int idle = 0;
inline constexpr int event = 1;
inline constexpr int deadline = 2;
inline constexpr int gap = 3;
inline constexpr int progress = 4;
}  // namespace poll

namespace stream {
inline constexpr int rxStart = 0;
inline constexpr int rxEnd = 1;
inline constexpr int state = 2;
inline constexpr int errno_ = 3;  // errno is a macro
inline constexpr int txPending = 4;
inline constexpr int receiveCalls = 5;
inline constexpr int sendCalls = 6;
}  // namespace stream

namespace stream_state {
inline constexpr int closed = 0;
inline constexpr int connecting = 1;
inline constexpr int open = 2;
}  // namespace stream_state

namespace stream_result {
inline constexpr int opened = -1;
inline constexpr int closed = -2;
inline constexpr int failed = -3;
inline constexpr int full = -4;
}  // namespace stream_result

namespace cause {
inline constexpr int none = 0;
inline constexpr int tick = 1;
inline constexpr int timer = 2;
inline constexpr int report = 3;
inline constexpr int control = 4;
}  // namespace cause

namespace histogram {
inline constexpr int tickToOrder = 0;
inline constexpr int timerToOrder = 1;
inline constexpr int reportToOrder = 2;
inline constexpr int decode = 3;
inline constexpr int book = 4;
inline constexpr int strategy = 5;
inline constexpr int risk = 6;
inline constexpr int encode = 7;
inline constexpr int send = 8;
inline constexpr int stall = 9;
}  // namespace histogram

namespace stamp {
inline constexpr int strategyDone = 0;
inline constexpr int riskDone = 1;
inline constexpr int encodeDone = 2;
}  // namespace stamp

namespace byte_ring {
inline constexpr int written = 0;
inline constexpr int released = 1;
inline constexpr int ended = 2;
inline constexpr int headerBytes = 64;
}  // namespace byte_ring

namespace journal {
inline constexpr int nextOut = 0;
inline constexpr int nextIn = 1;
inline constexpr int reserved = 2;
inline constexpr int failure = 3;
inline constexpr int lost = 4;
}  // namespace journal

namespace journal_head {
inline constexpr int kind = 0;
inline constexpr int sequence = 1;
inline constexpr int generation = 2;
inline constexpr int key = 3;
inline constexpr int segment = 4;
inline constexpr int offset = 5;
}  // namespace journal_head

namespace journal_result {
inline constexpr int ok = 0;
inline constexpr int full = -1;
inline constexpr int failed = -2;
}  // namespace journal_result

namespace journal_from {
inline constexpr int nothing = 0;
inline constexpr int disk = 1;
inline constexpr int ring = 2;
inline constexpr int reserved = 3;
}  // namespace journal_from

namespace tape_record {
inline constexpr int turn = 1;
inline constexpr int part = 2;
inline constexpr int end = 3;
}  // namespace tape_record

namespace tape_entry {
inline constexpr int packet = 1;
inline constexpr int passedOver = 2;
inline constexpr int held = 3;
inline constexpr int streamPoll = 16;
inline constexpr int streamSend = 17;
inline constexpr int streamCells = 18;
inline constexpr int command = 19;
inline constexpr int opened = 20;
}  // namespace tape_entry

namespace tape_advance {
inline constexpr int waiting = 0;
inline constexpr int ready = 1;
inline constexpr int ended = -1;
inline constexpr int diverged = -2;
}  // namespace tape_advance

inline constexpr int tape_max_entry = 131072;
inline constexpr int journal_cells = 8;
inline constexpr int journal_head_doubles = 8;
inline constexpr int record_doubles = 32;
inline constexpr int cells_doubles = 32;
inline constexpr int stream_cells = 8;
inline constexpr int histograms = 10;

}  // namespace hotlap::layout
