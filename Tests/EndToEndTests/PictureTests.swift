import Foundation
import StrictJSON
import TestSupport
import Testing

/// Slices, heat maps and pages through the real server.
@Suite(.timeLimit(.minutes(30))) struct PictureTests {
  private let good = HostileVolumes.good().bytes()

  @Test func aKeptVolumeIsShownSliceBySlice() async throws {
    let service = try await RunningService(["--persist", "full"])
    let diagnosis = try await service.diagnose(
      good, query: "prompt=pleural+effusion&prompt=gas+and+air")
    let place = try #require(diagnosis.header("Location"))
    let id = try #require(try diagnosis.json["volume"]?["id"]?.text)
    let slices = try #require(
      try await service.answer("GET", "/v1/volumes/\(id)").json["slices"])
    for (plane, name) in [("axial", "lung"), ("coronal", "bone"), ("sagittal", "mediastinum")] {
      let extent = try #require(slices[plane])
      let (width, height) = (extent["width"]?.number ?? 0, extent["height"]?.number ?? 0)
      let count = Int(extent["count"]?.number ?? 0)
      let target = "/v1/volumes/\(id)/slices/\(plane)/\(count - 1).png?window=\(name)"
      let picture = try await service.answer("GET", target)
      #expect(picture.status == 200 && picture.header("Content-Type") == "image/png")
      #expect(Self.header(picture.body) == [Int(width), Int(height), 0])
      let over = try await service.answer(
        "GET", "\(target)&finding=1&diagnosis=\(place.dropFirst("/v1/diagnoses/".count))")
      #expect(over.status == 200, "\(over.text)")
      #expect(Self.header(over.body) == [Int(width), Int(height), 2])
      let beyond = "/v1/volumes/\(id)/slices/\(plane)/\(count).png"
      #expect(try await service.answer("GET", beyond).status == 404)
    }
    let map = try await service.answer("GET", "\(place)/heatmaps/0.nii.gz")
    #expect(map.status == 200 && map.header("Content-Type") == "application/gzip")
    // A volume that our own reader reads to its end, and finds to be no CT.
    let folder = try ArchiveFolder()
    let path = "\(folder.path)/map.nii.gz"
    try Data(map.body).write(to: URL(fileURLWithPath: path))
    let looked = try await BrgsaProcess.run(["inspect", path])
    #expect(looked.exitCode == 65 && looked.complaints.contains("no-contrast"))
    for (target, status) in [
      ("/v1/volumes/\(id)/slices/axial/x.png", 404), ("/v1/volumes/\(id)/slices/up/0.png", 404),
      ("/v1/volumes/\(id)/slices/axial/0", 404), ("/v1/volumes/\(id)/slices/axial/.png", 404),
      ("/v1/volumes/\(id)/slices/axial/99999999999999999999.png", 404),
      ("/v1/volumes/\(id)/slices/axial/0.png?window=liver", 422),
      ("/v1/volumes/\(id)/slices/axial/0.png?finding=0", 422),
      ("/v1/volumes/\(id)/slices/axial/0.png?finding=0&diagnosis=dx_0", 404),
      ("/v1/volumes/\(id)/slices/axial/0.png?window=lung&window=lung", 400),
      ("\(place)/heatmaps/2.nii.gz", 404), ("\(place)/heatmaps/0.nii.gz?x=1", 422),
      ("/v1/diagnoses/dx_0/heatmaps/0.nii.gz", 404),
    ] {
      #expect(try await service.answer("GET", target).status == status, "\(target)")
    }
    #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 204)
    #expect(
      try await service.answer("GET", "/v1/volumes/\(id)/slices/axial/0.png").status == 404)
  }

  @Test func aMapOverAnUploadIsTheStoredOneAndStoresNothing() async throws {
    let full = try await RunningService(["--persist", "full"])
    let diagnosis = try await full.diagnose(good, query: "prompt=pleural+effusion")
    let place = try #require(diagnosis.header("Location"))
    let stored = try await full.answer("GET", "\(place)/heatmaps/0.nii.gz")
    let none = try await RunningService(["--persist", "none"])
    for service in [full, none] {
      let made = try await service.answer(
        "POST", "/v1/heatmaps?prompt=pleural+effusion", type: "application/octet-stream",
        body: good)
      #expect(made.status == 200 && made.header("Content-Type") == "application/gzip")
      #expect(made.body == stored.body)
      #expect(made.header("Brgsa-Notice")?.isEmpty == false)
    }
    let form = try await none.diagnoseForm(
      [
        (
          "request", "application/json",
          Array(#"{"prompts": [{"texts": ["There is gas", "There is air"]}]}"#.utf8)
        ),
        ("volume", "application/octet-stream", good),
      ], to: "/v1/heatmaps")
    #expect(form.status == 200 && form.body != stored.body)
    let fresh = try await RunningService(["--persist", "full"])
    let made = try await fresh.answer(
      "POST", "/v1/heatmaps?prompt=gas", type: "application/octet-stream", body: good)
    #expect(made.status == 200)
    let listed = try await fresh.answer("GET", "/v1/volumes").json["volumes"]
    #expect(listed == .array([]))
  }

  @Test func aMapShowsExactlyOneFinding() async throws {
    let service = try await RunningService()
    for (query, status) in [
      ("", 422), ("?prompt=gas&prompt=air", 422), ("?prompt_set=ct-rate-18", 422),
      ("?prompt=gas&unknown=1", 422), ("?prompt=", 422),
    ] {
      let answer = try await service.answer(
        "POST", "/v1/heatmaps\(query)", type: "application/octet-stream", body: good)
      #expect(answer.status == status, "\(query): \(answer.text)")
    }
    let broken = try await service.answer(
      "POST", "/v1/heatmaps?prompt=gas", type: "application/octet-stream", body: [1, 2, 3])
    #expect(broken.status == 400 || broken.status == 422 || broken.status == 415)
    #expect(try await service.answer("GET", "/v1/heatmaps").status == 405)
  }

  @Test func withoutVoxelsThePicturesSayWhy() async throws {
    let service = try await RunningService()
    let diagnosis = try await service.diagnose(good)
    let id = try #require(try diagnosis.json["volume"]?["id"]?.text)
    let kept = try await service.answer("GET", "/v1/volumes/\(id)").json
    #expect(kept["slices"] == .null)
    let picture = try await service.answer("GET", "/v1/volumes/\(id)/slices/axial/0.png")
    #expect(picture.code == "not-found" && picture.text.contains("--persist full"))
  }

  @Test func thePagesAskNobodyElse() async throws {
    let service = try await RunningService()
    for path in ["/", "/worklist", "/compare", "/docs"] {
      let page = try await service.answer("GET", path)
      #expect(page.status == 200 && page.header("Content-Type") == "text/html; charset=utf-8")
      let policy = try #require(page.header("Content-Security-Policy"))
      #expect(policy.hasPrefix("default-src 'none'") && policy.contains("connect-src 'self'"))
      // What is loaded by itself, that is; examples and namespaces may have addresses.
      for loading in ["src=\"http", "src=\"/", "href=\"/", "href=\"http", "<style", "<script>"] {
        #expect(!page.text.contains(loading), "\(path): \(loading)")
      }
      #expect(!policy.contains("unsafe-") && !policy.contains("*"))
      #expect(page.text.contains("</html>"))
      let files = Set(page.text.matches(of: /page\/[\w\/.-]+/).map { String($0.0) })
      #expect(files.count >= 2)
      for file in files where !file.hasSuffix("/style.css") {
        let answer = try await service.answer("GET", "/\(file)")
        #expect(answer.status == 200, "\(file)")
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        let kind = file.hasSuffix(".js") ? "text/javascript; charset=utf-8" : "application/gzip"
        #expect(answer.header("Content-Type") == kind, "\(file)")
      }
    }
    for missing in ["0000000000000000/app/main.js", "x/y/z", "0/../openapi.yaml"] {
      let answer = try await service.answer("GET", "/page/\(missing)")
      #expect(answer.status == 404 || answer.status == 400, "\(missing)")
    }
  }

  /// Width, height and kind of a PNG.
  private static func header(_ bytes: [UInt8]) -> [Int] {
    guard bytes.count > 33, bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) else { return [] }
    func number(_ place: Int) -> Int { bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) } }
    return [number(16), number(20), Int(bytes[25])]
  }
}
