// Why a preloaded socket library is not here although it was asked for.
#pragma once

#include <string>

namespace hotlap {

/// @returns empty where none was asked for, else a sentence that says what to do
std::string missedPreload();

/// The loader started this program in secure execution (ld.so(8)): it ignores LD_PRELOAD.
bool isSecureExecution();

}  // namespace hotlap
