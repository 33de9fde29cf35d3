// A plugin joins the default pipeline, the outputs that it leaves are still judged, and the manifest says what it did.
// RUN: llmc compile %s -o %t --load-pass-plugin=%test_plugins/KeepFirstOutput.so --verify-numerics --depfile=%t.d
// RUN: FileCheck %s --check-prefix=MANIFEST --input-file=%t/manifest.json
// RUN: FileCheck %s --check-prefix=DEPENDS --input-file=%t.d -DOUT=%t
// RUN: llmc inspect %t | FileCheck %s

// CHECK: output first
// CHECK-NOT: output second
// CHECK: 1 kernels
// MANIFEST: "plugins": [
// MANIFEST: "name": "keep-first-output",
// MANIFEST-NEXT: "version": "2.1",
// MANIFEST-NEXT: "passes": [
// MANIFEST-NEXT: "after-import: func.func(test-keep-first-output)"
// DEPENDS: [[OUT]]/manifest.json: {{/.*}}/KeepFirstOutput.so {{/.*}}/plugin-joins.mlir{{$}}

// A pipeline that is spelled runs as spelled.
// RUN: llmc compile %s --emit=ir --load-pass-plugin=%test_plugins/KeepFirstOutput.so --pipeline=llmc-shapes \
// RUN:   | FileCheck %s --check-prefix=SPELLED
// SPELLED: return %{{.*}}, %{{.*}} :

// RUN: not llmc compile %s --emit=ir --load-pass-plugin=%test_plugins/MisspelledPipeline.so 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MISSPELLED
// MISSPELLED: llmc: error: plugin misspelled: can't read the pipeline "func.func(no-such-pass)": 'no-such-pass' does not refer to a registered pass

func.func @main(%x: tensor<?x8xf32> {llmc.name = "x", llmc.dims = ["n", "8"]})
    -> (tensor<?x8xf32> {llmc.name = "first"}, tensor<?x8xf32> {llmc.name = "second"}) {
  %0 = llmc.softmax %x axis 1 : tensor<?x8xf32> -> tensor<?x8xf32>
  %1 = llmc.norm rms %x axis 1 epsilon 1.0e-5 : tensor<?x8xf32> -> tensor<?x8xf32>
  return %0, %1 : tensor<?x8xf32>, tensor<?x8xf32>
}
