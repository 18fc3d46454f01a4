import StrictJSON
import Tensors
import TestSupport

@testable import Encoders

/// A safetensors file.
///
/// Law: what is taken has the shape that the header declares and the numbers that stand in the file.
struct FuzzedSafetensors {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func check() throws(BrokenLaw) {
    let memory = FuzzFile(bytes)
    switch Result(catching: { () throws(ModelError) in try taken(from: memory) }) {
    case .failure(let error):
      let line = error.description
      try demand(line.hasPrefix("\(memory.descriptor): "), "no file in \(line.debugDescription)")
      try demand(!line.utf8.contains { $0 < 0x20 }, "control bytes in \(line.debugDescription)")
    case .success(let tensors):
      for tensor in tensors {
        try demand(tensor.found == tensor.declared.floats.map(\.bitPattern), tensor.declared.name)
      }
    }
  }

  private struct Taken {
    let declared: ModelTensorFile.Entry
    let found: [UInt32]
  }

  /// Takes all tensors of a file that are read as floats, then all lists of integers.
  private func taken(from memory: FuzzFile) throws(ModelError) -> [Taken] {
    let file = try SafetensorsFile(
      ModelFile(directory: "/proc/self/fd", name: "\(memory.descriptor)"))
    var tensors: [(declared: ModelTensorFile.Entry, tensor: Tensor)] = []
    for declared in declared {
      if declared.format == "I32" {
        _ = try file.takeIntegers(declared.name, limit: declared.bytes.count / 4)
      } else {
        tensors.append((declared, try file.take(declared.name, shape: declared.shape)))
      }
    }
    try file.requireAllTaken()
    try file.read(on: Self.pool)
    return tensors.map { Taken(declared: $0.declared, found: $0.tensor.elements.map(\.bitPattern)) }
  }

  /// What the header of a file that was not refused declares.
  private var declared: [ModelTensorFile.Entry] {
    let size = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard case .object(let header)? = try? JSON(parsing: bytes[8..<(8 + size)]) else { return [] }
    let start = 8 + size
    return header.members.compactMap { member in
      guard member.key != "__metadata__", case .object(let entry) = member.value,
        let format = entry["dtype"]?.text, let offsets = Self.integers(entry["data_offsets"])
      else { return nil }
      return ModelTensorFile.Entry(
        name: member.key, format: format, shape: Self.integers(entry["shape"]) ?? [],
        bytes: Array(bytes[(start + offsets[0])..<(start + offsets[1])]))
    }
  }

  private static func integers(_ list: JSON?) -> [Int]? {
    guard case .array(let elements)? = list else { return nil }
    return elements.compactMap { element in
      if case .number(let number) = element { number.integer(in: .min ... .max) } else { nil }
    }
  }

  private static let pool = WorkerPool(threads: 2)
}
