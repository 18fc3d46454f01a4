import TestSupport

@testable import Encoders

extension SafetensorsFile {
  /// Reads `bytes` as a file; the folder goes at once, the open file stays readable.
  static func temporary(_ bytes: [UInt8]) throws -> SafetensorsFile {
    let folder = try ModelFolder()
    try folder.write(bytes, as: "model.safetensors")
    return try withExtendedLifetime(folder) {
      try SafetensorsFile(ModelFile(directory: folder.path, name: "model.safetensors"))
    }
  }
}
