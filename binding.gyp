{
  "target_defaults": {
    "cflags_cc": ["-std=c++20", "-O2", "-Wall", "-Wextra", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden"],
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-O3"],
    "include_dirs": ["native/src"]
  },
  "targets": [
    {
      "target_name": "hotlap_core",
      "type": "static_library",
      "sources": ["<!@(node native/sources.js native/src/core)"],
      "cflags": ["-fPIC"]
    },
    {
      "target_name": "hotlap",
      "dependencies": ["hotlap_core"],
      "defines": ["NAPI_VERSION=9", "NODE_ADDON_API_DISABLE_DEPRECATED", "NODE_ADDON_API_CPP_EXCEPTIONS"],
      "cflags_cc": ["-fexceptions"],
      "cflags_cc!": ["-fno-exceptions"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "sources": ["<!@(node native/sources.js native/src/addon)"]
    },
    {
      "target_name": "floor",
      "type": "executable",
      "dependencies": ["hotlap_core"],
      "include_dirs": ["."],
      "sources": ["<!@(node native/sources.js bench/floor)"],
      "libraries": ["-lpthread"]
    },
    {
      "target_name": "transport_ends",
      "type": "executable",
      "dependencies": ["hotlap_core"],
      "include_dirs": ["."],
      "sources": ["<!@(node native/sources.js bench/transport/ends)"],
      "libraries": ["-lpthread"]
    }
  ]
}
