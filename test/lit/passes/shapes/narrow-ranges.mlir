// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-narrow-ranges))' | FileCheck %s

// CHECK-LABEL: @channels_of_a_filter
// CHECK-SAME: llmc.ranges = {channels = array<i64: 3, 3>}
func.func @channels_of_a_filter(%x: tensor<1x?x8x8xf32> {llmc.dims = ["1", "channels", "8", "8"]}, %f: tensor<4x3x2x2xf32>) -> tensor<1x4x4x4xf32> {
  %y = llmc.conv %x, %f strides [2, 2] dilations [1, 1] pad [0, 0] [0, 0] groups 1 : tensor<1x?x8x8xf32>, tensor<4x3x2x2xf32> -> tensor<1x4x4x4xf32>
  return %y : tensor<1x4x4x4xf32>
}

// The first rows of a table of 128, as exporters write them, and what the user said already.
// CHECK-LABEL: @rows_of_a_table
// CHECK-SAME: llmc.ranges = {seq = array<i64: 1, 128>}
func.func @rows_of_a_table(%x: tensor<?xf32> {llmc.dims = ["seq"]}) attributes {llmc.ranges = {seq = array<i64: 1, 512>}} {
  %have = llmc.size "min(128, seq)"
  %seq = llmc.size "seq"
  llmc.require "broadcast" %have, %seq "sizes of operands do not broadcast"
  return
}

// CHECK-LABEL: @least_and_most
// CHECK-SAME: llmc.ranges = {n = array<i64: 2, 9>}
func.func @least_and_most(%x: tensor<?xf32> {llmc.dims = ["n"]}) {
  %n = llmc.size "n"
  %two = llmc.size "2"
  %nine = llmc.size "9"
  llmc.require "least" %n, %two "too few"
  llmc.require "least" %nine, %n "too many"
  return
}

// What is no range of one symbol stays a relation.
// CHECK-LABEL: @no_ranges
// CHECK-NOT: llmc.ranges
func.func @no_ranges(%x: tensor<?xf32> {llmc.dims = ["n"]}, %y: tensor<?xf32> {llmc.dims = ["m"]}) {
  %n = llmc.size "n"
  %m = llmc.size "m"
  %five = llmc.size "5"
  %sum = llmc.size "n + m"
  llmc.require "broadcast" %n, %five "one or five"
  llmc.require "equal" %n, %m "two symbols"
  llmc.require "equal" %sum, %five "a sum"
  return
}

// The first of two that contradict each other; the analysis refuses the other one with its operation.
// CHECK-LABEL: @contradiction
// CHECK-SAME: llmc.ranges = {n = array<i64: 3, 3>}
func.func @contradiction(%x: tensor<?xf32> {llmc.dims = ["n"]}) {
  %n = llmc.size "n"
  %three = llmc.size "3"
  %five = llmc.size "5"
  llmc.require "equal" %n, %three "three"
  llmc.require "equal" %n, %five "five"
  return
}
