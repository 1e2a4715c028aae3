// What a cold call of the core says when it fails; the addon makes a JS Error of it.
#pragma once

#include <string>

namespace hotlap {

struct Failure {
  /// Stable: the name of an errno (EADDRINUSE) or one of ours (ERR_…). Empty: no failure.
  std::string code;
  /// One sentence that says what to do.
  std::string sentence;

  explicit operator bool() const { return !code.empty(); }
};

/// Name and description of an errno: "EADDRINUSE", "Address already in use".
std::string errnoName(int error);
std::string errnoText(int error);
/// The errno of that name; 0: none has it.
int errnoNamed(const std::string& name);

/// "what: Description (remedy)." with the errno's name as code.
Failure failureOf(int error, const std::string& what, const std::string& remedy = "");

}  // namespace hotlap
