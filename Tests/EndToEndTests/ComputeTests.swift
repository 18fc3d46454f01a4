import Glibc
import StrictJSON
import Tensors
import TestSupport
import Testing

/// `--compute` and `--kernels`. The emulated set stands in for instructions that this machine may not have.
@Suite struct ComputeTests {
  private static let rounded = ["--compute", "bf16", "--kernels", "emulated-bf16"]

  @Test func roundedEmbeddingsAreASpaceOfTheirOwn() async throws {
    let folder = try ArchiveFolder()
    let good = HostileVolumes.good().bytes()
    do {
      let exact = try await RunningService(store: folder.store)
      #expect(try await exact.keep(good).status == 201)
      let diagnosis = try await exact.diagnose(good, query: "prompt=effusion").json
      #expect(diagnosis["model"]?["compute"] == "cpu-f32")
      #expect(diagnosis["model"]?["kernels"]?.text == Kernels.best.name)
      exact.process.signal(SIGTERM)
      #expect(await exact.process.outcome().exitCode == 0)
    }
    let rounded = try await RunningService(Self.rounded, store: folder.store)
    let id = "sha256-\(ModelDigest.sha256(good))"
    let search = #"{"query":{"text":"There is effusion"}}"#
    #expect(try await rounded.send("POST", "/v1/retrievals", search).json["results"]?.array == [])
    let missing = #"{"volume_id":"\#(id)","prompts":["effusion"]}"#
    #expect(try await rounded.send("POST", "/v1/diagnoses", missing).status == 404)
    let diagnosis = try await rounded.diagnose(good, query: "prompt=effusion").json
    #expect(diagnosis["model"]?["compute"] == "cpu-bf16")
    #expect(diagnosis["model"]?["kernels"] == "emulated-bf16")
    let info = try await rounded.answer("GET", "/v1/info").json
    #expect(info["model"]?["compute"] == "cpu-bf16")
    #expect(
      try await rounded.send("POST", "/v1/retrievals", search).json["results"]?.array?.count == 1)
  }

  @Test func whatTheProcessorDoesNotSupportIsAnErrorOfTheConfiguration() async throws {
    for (arguments, complaint) in [
      (["--kernels", "mmx"], "this processor supports"),
      (["--compute", "bf16", "--kernels", "portable"], "emulated-bf16"),
      (["--compute", "f16"], "compute"),
    ] {
      let outcome = try await BrgsaProcess.run(
        ["serve", "--port", "0", "--store", ":memory:", "--model", Fixtures.tinyModel] + arguments)
      #expect(outcome.exitCode == 78, "\(arguments): \(outcome.complaints)")
      #expect(outcome.complaints.contains(complaint), "\(outcome.complaints)")
    }
  }
}
