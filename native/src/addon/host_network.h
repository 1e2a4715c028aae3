// `host`: namespaces and offloads, for whoever builds a network of their own.
#pragma once

#include <napi.h>

namespace hotlap {

void setHostNetwork(Napi::Object host);

}  // namespace hotlap
