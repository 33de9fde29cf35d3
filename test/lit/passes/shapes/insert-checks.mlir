// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-insert-checks))' --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: @checks_what_nothing_proves
func.func @checks_what_nothing_proves(%a: tensor<?xf32> {llmc.dims = ["n"]}, %b: tensor<?xf32> {llmc.dims = ["m"]}) -> tensor<?xf32> {
  // CHECK: llmc.check "broadcast" "n", "m"
  %y = llmc.map (%x = %a : tensor<?xf32>, %z = %b : tensor<?xf32>) -> tensor<?xf32> {
    %s = arith.addf %x, %z : f32
    llmc.yield %s : f32
  }
  return %y : tensor<?xf32>
}

// CHECK-LABEL: @needs_no_check
func.func @needs_no_check(%a: tensor<?xf32> {llmc.dims = ["n"]}, %b: tensor<?xf32> {llmc.dims = ["n"]}) -> tensor<?xf32> {
  // CHECK-NOT: llmc.check
  %y = llmc.map (%x = %a : tensor<?xf32>, %z = %b : tensor<?xf32>) -> tensor<?xf32> {
    %s = arith.addf %x, %z : f32
    llmc.yield %s : f32
  }
  return %y : tensor<?xf32>
}

// CHECK-LABEL: @makes_requirements_checks
func.func @makes_requirements_checks(%x: tensor<3xf32>, %y: tensor<?xf32> {llmc.dims = ["n"]}) -> tensor<3xf32> {
  // CHECK-NEXT: llmc.check "broadcast" "3", "n" "axis 0 can't be expanded: n is {1}, it must be 1 or 3"
  // CHECK-NEXT: llmc.size
  // CHECK-NOT: llmc.require
  %three = llmc.size "3"
  %n = llmc.size "n"
  llmc.require "broadcast" %three, %n "axis 0 can't be expanded"
  // Several users of a size ask once.
  llmc.require "broadcast" %three, %n "axis 0 can't be expanded"
  return %x : tensor<3xf32>
}

// CHECK-LABEL: @expands_only_from_one_or_the_same
func.func @expands_only_from_one_or_the_same(%x: tensor<?xf32> {llmc.dims = ["n"]}, %y: tensor<?xf32> {llmc.dims = ["m"]}) -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK-NEXT: llmc.check "repeat" "n", "m" "size can't be expanded: n is {0} and m is {1}"
  // The size that two of them broadcast to needs no more than that they do.
  // CHECK-NEXT: llmc.check "broadcast" "n", "m"
  // CHECK-NOT: llmc.check
  %m = llmc.size "m"
  %both = llmc.size "broadcast(m, n)"
  %a = llmc.expand %x to [%m] : tensor<?xf32> -> tensor<?xf32>
  %b = llmc.expand %x to [%both] : tensor<?xf32> -> tensor<?xf32>
  return %a, %b : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: @drops_requirements_that_are_proven
func.func @drops_requirements_that_are_proven(%x: tensor<?xf32> {llmc.dims = ["n + 1"]}) -> tensor<?xf32> {
  // CHECK-NOT: llmc.check
  // CHECK-NOT: llmc.require
  // CHECK: return
  %one = arith.constant 1 : index
  %n = llmc.size "n"
  %more = arith.addi %n, %one : index
  %same = llmc.size "n + 1"
  llmc.require "broadcast" %more, %same "axis 0 can't be expanded"
  llmc.require "broadcast" %more, %one "axis 0 can't be expanded"
  return %x : tensor<?xf32>
}

// -----

func.func @refuses_what_never_holds(%x: tensor<?xf32> {llmc.dims = ["n + 4"]}) {
  %three = arith.constant 3 : index
  %n = llmc.size "n + 4"
  // expected-error @below {{axis 0 can't be expanded: 3 and n + 4}}
  llmc.require "broadcast" %three, %n "axis 0 can't be expanded"
  return
}

// -----

func.func @refuses_requirements_on_data(%n: tensor<i64>) {
  %three = arith.constant 3 : index
  %e = tensor.extract %n[] : tensor<i64>
  %i = arith.index_cast %e : i64 to index
  // expected-error @below {{axis 0 can't be expanded: a size that it takes depends on values that are no formula}}
  llmc.require "broadcast" %three, %i "axis 0 can't be expanded"
  return
}

// -----

func.func @refuses_sizes_from_data(%n: tensor<i64>) -> tensor<?xi64> {
  %e = tensor.extract %n[] : tensor<i64>
  %i = arith.index_cast %e : i64 to index
  // expected-error @below {{a size of its output depends on values that are no formula}}
  %y = llmc.iota [%i] : tensor<?xi64>
  return %y : tensor<?xi64>
}

// -----

func.func @refuses_what_can_not_be_counted(%x: tensor<?x1xf32> {llmc.dims = ["n", "1"]}) -> tensor<?x1099511627776x1099511627776xf32> {
  %n = llmc.size "n"
  // expected-error @below {{holds more bytes than 64 bits can count; declare smaller sizes}}
  %y = llmc.expand %x to [%n, 1099511627776, 1099511627776] : tensor<?x1xf32> -> tensor<?x1099511627776x1099511627776xf32>
  return %y : tensor<?x1099511627776x1099511627776xf32>
}

// -----

// expected-error @below {{input "input_0" of type 'tensor<?x4611686018427387904xf32>' holds more bytes than 64 bits can count}}
func.func @refuses_an_input_that_can_not_be_counted(%x: tensor<?x4611686018427387904xf32> {llmc.dims = ["n", "4611686018427387904"]}) -> tensor<?x4611686018427387904xf32> {
  return %x : tensor<?x4611686018427387904xf32>
}

// -----

// Of n - 4 elements there may be less than none.
// CHECK-LABEL: @size_may_be_negative
// CHECK-NEXT: llmc.check "least" "n - 4", "0" "a size of its result is negative: n - 4 is {0}"
// CHECK-NOT: llmc.check
func.func @size_may_be_negative(%x: tensor<1xf32>, %y: tensor<?xf32> {llmc.dims = ["n"]}) -> (tensor<?xf32>, tensor<?xf32>) {
  %less = llmc.size "n - 4"
  %more = llmc.size "n + 4"
  %a = llmc.expand %x to [%less] : tensor<1xf32> -> tensor<?xf32>
  %b = llmc.expand %x to [%more] : tensor<1xf32> -> tensor<?xf32>
  return %a, %b : tensor<?xf32>, tensor<?xf32>
}
