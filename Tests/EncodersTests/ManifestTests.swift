import Glibc
import TestSupport
import Testing

@testable import Encoders

@Suite("Manifest and files") struct ManifestTests {
  @Test(
    "A missing file is named, the manifest too", arguments: ModelFolder.fileNames + ["SHA256SUMS"])
  func missing(_ name: String) throws {
    let folder = try ModelFolder()
    folder.remove(name)
    let error = TinyModel.refusal(folder)
    #expect(error == .unreadable(file: name, errno: ENOENT))
    #expect(error?.description.hasPrefix("\(name): ") == true)
  }

  @Test("A folder that is not there is refused") func noFolder() {
    #expect(throws: ModelError.unreadable(file: "SHA256SUMS", errno: ENOENT)) {
      try ModelDirectory("/nonexistent/model")
    }
  }

  @Test(
    "A file of which a byte is cut off, or one bit is flipped, is refused",
    arguments: ModelFolder.fileNames)
  func damaged(_ name: String) throws {
    let bytes = try Fixtures.bytes("tiny-model/\(name)")
    var flipped = [0, bytes.count / 2, bytes.count - 1].map { place in
      var copy = bytes
      copy[place] ^= 1
      return copy
    }
    flipped += [bytes.dropLast(1), bytes + [0], []]
    for damaged in flipped {
      let folder = try ModelFolder()
      try folder.write(damaged, as: name)
      #expect(TinyModel.refusal(folder) == .digestMismatch(file: name))
    }
  }

  @Test("A byte cut off is found without the digest, too", arguments: ModelFolder.fileNames)
  func truncated(_ name: String) throws {
    let bytes = try Fixtures.bytes("tiny-model/\(name)")
    let error = TinyModel.refusal(
      try ModelFolder(replacing: [name: bytes.dropLast(name == "config.json" ? 2 : 1)]))
    switch name {
    case "config.json":
      guard case .configuration = error else { break }
      return
    // A missing newline at the end is none of a vocabulary's faults.
    case "vocab.txt":
      guard error == nil else { break }
      return
    default:
      guard case .container(file: name, _) = error else { break }
      return
    }
    Issue.record("\(name): \(String(describing: error))")
  }

  @Test(
    "A pipe is refused instead of waited for", arguments: ModelFolder.fileNames + ["SHA256SUMS"])
  func pipe(_ name: String) throws {
    let folder = try ModelFolder()
    folder.remove(name)
    mkfifo("\(folder.path)/\(name)", 0o600)
    #expect(TinyModel.refusal(folder) == .unreadable(file: name, errno: EINVAL))
  }

  @Test("A file that the manifest does not list is refused", arguments: ModelFolder.fileNames)
  func unlisted(_ name: String) throws {
    let lines = try Self.lines().filter { !$0.hasSuffix("  \(name)") }
    #expect(try Self.refusal(lines) == .manifest(reason: "does not list \(name)"))
  }

  @Test("Upper-case digits and lines for other files are no fault") func harmless() throws {
    let upper = try Self.lines().map { $0.prefix(64).uppercased() + $0.dropFirst(64) }
    #expect(try Self.refusal(upper + [String(repeating: "0", count: 64) + "  README"]) == nil)
  }

  @Test(
    "A malformed manifest is refused",
    arguments: [
      "x", "  config.json", String(repeating: "0", count: 64),
      String(repeating: "0", count: 64) + " one-space",
      String(repeating: "0", count: 63) + "  short",
      String(repeating: "0", count: 65) + "  long",
      String(repeating: "g", count: 64) + "  no-digits",
      String(repeating: "０", count: 64) + "  wide-digits",
      "-" + String(repeating: "0", count: 63) + "  sign",
    ])
  func malformed(_ line: String) throws {
    guard case .manifest = try Self.refusal(Self.lines() + [line]) else {
      Issue.record("accepted")
      return
    }
  }

  @Test("A manifest that lists a file twice is refused") func twice() throws {
    let lines = try Self.lines()
    #expect(try Self.refusal(lines + [lines[0]]) == .manifest(reason: "lists a file twice"))
  }

  @Test("A manifest that is no UTF-8 is refused") func encoding() throws {
    let folder = try ModelFolder()
    try folder.write([0xff, 0xfe, 0], as: "SHA256SUMS")
    #expect(TinyModel.refusal(folder) == .manifest(reason: "is not UTF-8"))
  }

  @Test("Files as large as allowed are read, one byte more is refused")
  func sizes() throws {
    let manifest = Array((try Self.lines().joined(separator: "\n") + "\n").utf8)
    let config = try Fixtures.bytes("tiny-model/config.json")
    for (name, bytes, limit) in [
      ("SHA256SUMS", manifest, 64 << 10), ("config.json", config, 1 << 20),
    ] {
      for extra in [0, 1] {
        let filler: UInt8 = name == "SHA256SUMS" ? 0x0a : 0x20
        let padded = bytes + Array(repeating: filler, count: limit + extra - bytes.count)
        let folder = try ModelFolder(replacing: name == "SHA256SUMS" ? [:] : [name: padded])
        if name == "SHA256SUMS" { try folder.write(padded, as: name) }
        #expect(
          TinyModel.refusal(folder)
            == (extra == 0 ? nil : .tooLarge(file: name, bytes: limit + 1, limit: limit)), "\(name)"
        )
      }
    }
  }

  @Test("The tests' own digest agrees with sha256sum") func digest() throws {
    for line in try Self.lines() {
      let name = String(line.dropFirst(66))
      #expect(ModelDigest.sha256(try Fixtures.bytes("tiny-model/\(name)")) == line.prefix(64))
    }
  }

  private static func lines() throws -> [String] {
    String(decoding: try Fixtures.bytes("tiny-model/SHA256SUMS"), as: UTF8.self)
      .split(separator: "\n").map { String($0) }
  }

  private static func refusal(_ lines: [String]) throws -> ModelError? {
    let folder = try ModelFolder()
    try folder.write(Array((lines.joined(separator: "\n") + "\n").utf8), as: "SHA256SUMS")
    return TinyModel.refusal(folder)
  }
}
