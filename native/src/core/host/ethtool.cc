#include "core/host/ethtool.h"

#include <errno.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>

#include <algorithm>

#include "core/host/ethtool_ioctl.h"

namespace hotlap {

namespace {

/// Linux 6.12 has 64; the kernel's list may grow.
constexpr uint32_t mostFeatures = 1'024;
constexpr uint32_t bitsOfBlock = 32;

/// A command whose answer has elements behind its structure, in memory that is aligned for both.
template <typename Head>
struct WithElements {
  explicit WithElements(size_t elementBytes)
      : words((sizeof(Head) + elementBytes + sizeof(uint64_t) - 1) / sizeof(uint64_t)) {}
  Head* head() { return reinterpret_cast<Head*>(words.data()); }

  std::vector<uint64_t> words;
};

template <size_t Size>
std::string textOf(const char (&field)[Size]) {
  return std::string(field, strnlen(field, Size));
}

/// Names of the features, as many as the kernel has.
std::vector<std::string> featureNames(const EthtoolIoctl& ethtool) {
  WithElements<ethtool_sset_info> sets(sizeof(uint32_t));
  sets.head()->sset_mask = uint64_t{1} << ETH_SS_FEATURES;
  if (!ethtool.ask(ETHTOOL_GSSET_INFO, *sets.head()) || sets.head()->sset_mask == 0) return {};
  const uint32_t count = std::min(sets.head()->data[0], mostFeatures);

  WithElements<ethtool_gstrings> strings(size_t{count} * ETH_GSTRING_LEN);
  strings.head()->string_set = ETH_SS_FEATURES;
  strings.head()->len = count;
  if (!ethtool.ask(ETHTOOL_GSTRINGS, *strings.head())) return {};
  std::vector<std::string> names;
  for (uint32_t index = 0; index < std::min(strings.head()->len, count); ++index) {
    const auto* text = reinterpret_cast<const char*>(strings.head()->data) + index * ETH_GSTRING_LEN;
    names.emplace_back(text, strnlen(text, ETH_GSTRING_LEN));
  }
  return names;
}

std::vector<DeviceFacts::Feature> features(const EthtoolIoctl& ethtool) {
  const std::vector<std::string> names = featureNames(ethtool);
  const auto blocks = static_cast<uint32_t>((names.size() + bitsOfBlock - 1) / bitsOfBlock);
  WithElements<ethtool_gfeatures> states(blocks * sizeof(ethtool_get_features_block));
  states.head()->size = blocks;
  if (names.empty() || !ethtool.ask(ETHTOOL_GFEATURES, *states.head())) return {};
  std::vector<DeviceFacts::Feature> found;
  for (size_t index = 0; index < names.size() && index / bitsOfBlock < states.head()->size; ++index) {
    const ethtool_get_features_block& block = states.head()->features[index / bitsOfBlock];
    const uint32_t bit = 1U << index % bitsOfBlock;
    const bool changeable = (block.available & bit) != 0 && (block.never_changed & bit) == 0;
    if (!names[index].empty()) found.push_back({names[index], (block.active & bit) != 0, changeable});
  }
  return found;
}

void readQueues(const EthtoolIoctl& ethtool, DeviceFacts& facts) {
  ethtool_channels channels = {};
  if (ethtool.ask(ETHTOOL_GCHANNELS, channels)) {
    facts.channels = {channels.rx_count, channels.max_rx, channels.combined_count, channels.max_combined};
  }
  ethtool_ringparam rings = {};
  if (ethtool.ask(ETHTOOL_GRINGPARAM, rings)) facts.rings = {rings.rx_pending, rings.rx_max_pending};
  ethtool_coalesce coalescing = {};
  if (ethtool.ask(ETHTOOL_GCOALESCE, coalescing)) {
    facts.coalescing = {coalescing.rx_coalesce_usecs, coalescing.rx_max_coalesced_frames,
                        coalescing.use_adaptive_rx_coalesce != 0};
  }
}

void readTimestamping(const EthtoolIoctl& ethtool, DeviceFacts& facts) {
  ethtool_ts_info stamps = {};
  if (!ethtool.ask(ETHTOOL_GET_TS_INFO, stamps)) return;
  const auto can = [&](uint32_t bit) { return (stamps.so_timestamping & bit) != 0; };
  facts.timestamping = {can(SOF_TIMESTAMPING_RX_HARDWARE), can(SOF_TIMESTAMPING_TX_HARDWARE),
                        stamps.phc_index, (stamps.rx_filters & 1U << HWTSTAMP_FILTER_ALL) != 0};
}

}  // namespace

Failure readDeviceFacts(const std::string& name, DeviceFacts& facts) {
  facts = {};
  const Failure missing = {
      "ENODEV", "There is no interface " + name + " here; `ip -br addr` lists those that there are."};
  if (name.empty() || name.size() >= IFNAMSIZ) return missing;
  const EthtoolIoctl ethtool(name);
  if (const int error = ethtool.openError())
    return failureOf(error, "The interface " + name + " could not be asked");
  ifreq request;
  if (!ethtool.interface(SIOCGIFINDEX, request)) {
    return errno == ENODEV ? missing : failureOf(errno, "The interface " + name + " could not be asked");
  }
  facts.name = name;
  facts.index = static_cast<uint32_t>(request.ifr_ifindex);
  if (ethtool.interface(SIOCGIFFLAGS, request)) {
    facts.isUp = (request.ifr_flags & IFF_UP) != 0;
    facts.hasCarrier = (request.ifr_flags & IFF_RUNNING) != 0;
    facts.isLoopback = (request.ifr_flags & IFF_LOOPBACK) != 0;
  }
  if (ethtool.interface(SIOCGIFMTU, request)) facts.mtuBytes = static_cast<uint32_t>(request.ifr_mtu);
  // IFF_RUNNING follows the carrier a second later; not every driver answers this.
  ethtool_value carrier = {};
  if (ethtool.ask(ETHTOOL_GLINK, carrier)) facts.hasCarrier = carrier.data != 0;
  ethtool_drvinfo driver = {};
  if (ethtool.ask(ETHTOOL_GDRVINFO, driver)) {
    facts.driver = textOf(driver.driver);
    facts.driverVersion = textOf(driver.version);
    facts.firmware = textOf(driver.fw_version);
    facts.busInfo = textOf(driver.bus_info);
  }
  readQueues(ethtool, facts);
  readTimestamping(ethtool, facts);
  facts.features = features(ethtool);
  return {};
}

}  // namespace hotlap
