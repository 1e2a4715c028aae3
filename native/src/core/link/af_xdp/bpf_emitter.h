// Instructions of the BPF machine (kernel, Documentation/bpf/standardization/instruction-set.rst), with
// forward jumps to labels.
#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hotlap {

class BpfEmitter {
 public:
  using Label = std::vector<size_t>;
  using Register = uint8_t;

  void move(Register to, Register from) { put(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0); }
  void set(Register to, int32_t value) { put(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value); }
  void add(Register to, int32_t value) { put(BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value); }
  void mask(Register to, int32_t bits) { put(BPF_ALU64 | BPF_AND | BPF_K, to, 0, 0, bits); }
  void shiftRight(Register to, int32_t bits) { put(BPF_ALU64 | BPF_RSH | BPF_K, to, 0, 0, bits); }

  void load8(Register to, Register from, int16_t offset) {
    put(BPF_LDX | BPF_MEM | BPF_B, to, from, offset, 0);
  }
  void load16(Register to, Register from, int16_t offset) {
    put(BPF_LDX | BPF_MEM | BPF_H, to, from, offset, 0);
  }
  void load32(Register to, Register from, int16_t offset) {
    put(BPF_LDX | BPF_MEM | BPF_W, to, from, offset, 0);
  }
  /// *(u64*)(to + offset) += from, at once on every CPU.
  void atomicAdd64(Register to, Register from, int16_t offset) {
    put(BPF_STX | BPF_XADD | BPF_DW, to, from, offset, 0);
  }
  void loadMap(Register to, int map) { wide(to, BPF_PSEUDO_MAP_FD, map); }
  /// Address of the first entry of an array map.
  void loadMapValue(Register to, int map) { wide(to, BPF_PSEUDO_MAP_VALUE, map); }

  void jump(Label& label) { branch(BPF_JMP | BPF_JA, 0, 0, 0, label); }
  void ifEqual32(Register a, uint32_t value, Label& label) {
    branch(BPF_JMP32 | BPF_JEQ | BPF_K, a, 0, static_cast<int32_t>(value), label);
  }
  void ifNotEqual32(Register a, uint32_t value, Label& label) {
    branch(BPF_JMP32 | BPF_JNE | BPF_K, a, 0, static_cast<int32_t>(value), label);
  }
  void ifLess32(Register a, uint32_t value, Label& label) {
    branch(BPF_JMP32 | BPF_JLT | BPF_K, a, 0, static_cast<int32_t>(value), label);
  }
  void ifGreater32(Register a, uint32_t value, Label& label) {
    branch(BPF_JMP32 | BPF_JGT | BPF_K, a, 0, static_cast<int32_t>(value), label);
  }
  void ifGreater(Register a, Register b, Label& label) { branch(BPF_JMP | BPF_JGT | BPF_X, a, b, 0, label); }

  void call(int32_t helper) { put(BPF_JMP | BPF_CALL, 0, 0, 0, helper); }
  void exit() { put(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }

  /// Every jump to the label so far comes here.
  void place(Label& label) {
    for (const size_t at : label) code_[at].off = static_cast<int16_t>(code_.size() - at - 1);
    label.clear();
  }

  std::vector<bpf_insn> take() { return std::move(code_); }

 private:
  void put(int code, Register to, Register from, int16_t offset, int32_t value) {
    bpf_insn instruction = {};
    instruction.code = static_cast<uint8_t>(code);
    instruction.dst_reg = to & 15u;
    instruction.src_reg = from & 15u;
    instruction.off = offset;
    instruction.imm = value;
    code_.push_back(instruction);
  }
  void wide(Register to, Register kind, int map) {
    put(BPF_LD | BPF_DW | BPF_IMM, to, kind, 0, map);
    put(0, 0, 0, 0, 0);
  }
  void branch(int code, Register a, Register b, int32_t value, Label& label) {
    label.push_back(code_.size());
    put(code, a, b, 0, value);
  }

  std::vector<bpf_insn> code_;
};

}  // namespace hotlap
