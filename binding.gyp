{
  "variables": {
    "has_lwip": "<!(node native/has-library.js lwip)",
    "has_dpdk": "<!(node native/has-library.js dpdk)",
    # What every addon is compiled with.
    "addon_defines": ["NAPI_VERSION=9", "NODE_ADDON_API_DISABLE_DEPRECATED", "NODE_ADDON_API_CPP_EXCEPTIONS"],
    # Their libraries have state of the process, and other addons hold pointers into them: what a thread has
    # loaded stays when the thread ends.
    "addon_stays": "-Wl,-z,nodelete",
    "addon_include": "<!(node -p \"require('node-addon-api').include_dir\")"
  },
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
      "defines": ["<@(addon_defines)"],
      "cflags_cc": ["-fexceptions"],
      "cflags_cc!": ["-fno-exceptions"],
      "include_dirs": ["<(addon_include)"],
      "sources": ["<!@(node native/sources.js native/src/addon)"]
    },
    # The measuring programs have of the optional libraries what this machine has.
    {
      "target_name": "floor",
      "type": "executable",
      "dependencies": ["hotlap_core"],
      "include_dirs": ["."],
      "sources": ["<!@(node native/sources.js bench/floor)"],
      "libraries": ["-lpthread"],
      "conditions": [
        ["has_lwip=='yes'", { "defines": ["HOTLAP_LWIP"], "dependencies": ["lwip_stack"], "libraries": ["-llwip"] }],
        ["has_dpdk=='yes'", { "defines": ["HOTLAP_DPDK"], "dependencies": ["dpdk_link"], "libraries": ["<!@(pkg-config --libs libdpdk)"] }]
      ]
    },
    {
      "target_name": "transport_ends",
      "type": "executable",
      "dependencies": ["hotlap_core"],
      "include_dirs": ["."],
      "sources": ["<!@(node native/sources.js bench/transport/ends)"],
      "libraries": ["-lpthread"],
      "conditions": [
        ["has_dpdk=='yes'", { "defines": ["HOTLAP_DPDK"], "dependencies": ["dpdk_link"], "libraries": ["<!@(pkg-config --libs libdpdk)"] }]
      ]
    }
  ],
  "conditions": [
    ["has_lwip=='yes'", {
      "targets": [
        {
          "target_name": "lwip_stack",
          "type": "static_library",
          "sources": ["<!@(node native/sources.js native/src/lwip)"],
          "cflags": ["-fPIC", "-isystem", "/usr/include/lwip"]
        },
        {
          "target_name": "hotlap_lwip",
          "dependencies": ["lwip_stack", "hotlap_core"],
          "defines": ["<@(addon_defines)"],
          "cflags_cc": ["-fexceptions"],
          "cflags_cc!": ["-fno-exceptions"],
          "include_dirs": ["<(addon_include)"],
          "sources": ["<!@(node native/sources.js native/src/addon-lwip)"],
          "ldflags": ["<(addon_stays)"],
          "libraries": ["-llwip"]
        }
      ]
    }],
    ["has_dpdk=='yes'", {
      "targets": [
        {
          "target_name": "dpdk_link",
          "type": "static_library",
          "sources": ["<!@(node native/sources.js native/src/dpdk)"],
          "cflags": ["-fPIC", "<!@(pkg-config --cflags libdpdk | sed 's/-I/-isystem/g')"]
        },
        {
          "target_name": "hotlap_dpdk",
          "dependencies": ["dpdk_link", "hotlap_core"],
          "defines": ["<@(addon_defines)"],
          "cflags_cc": ["-fexceptions"],
          "cflags_cc!": ["-fno-exceptions"],
          "include_dirs": ["<(addon_include)"],
          "sources": ["<!@(node native/sources.js native/src/addon-dpdk)"],
          "ldflags": ["<(addon_stays)"],
          "libraries": ["<!@(pkg-config --libs libdpdk)"]
        }
      ]
    }]
  ]
}
