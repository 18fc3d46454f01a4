import Tensors
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

  /// What `build` takes from `bytes`, read and checked.
  static func reading<Part>(
    _ bytes: [UInt8], _ build: (SafetensorsFile) throws -> Part
  ) throws -> Part {
    let file = try temporary(bytes)
    let part = try build(file)
    try file.read(on: TinyModel.pool)
    return part
  }
}
