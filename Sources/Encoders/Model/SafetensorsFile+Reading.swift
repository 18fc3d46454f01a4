internal import Formats
internal import Hashing
internal import Tensors

/// Where the elements of a tensor are written.
enum TensorTarget {
  /// The contiguous floats of a tensor.
  case elements(FloatBuffer)
  /// The weights of a layer. The tensor's first row belongs to output `first` of the layer.
  case weights(PackedWeights, first: Int)
  /// The biases of a layer. The tensor's first element belongs to output `first` of the layer.
  case bias(PackedWeights, first: Int)

  /// Elements must be written in multiples of this number.
  fileprivate var unit: Int {
    if case .weights(let weights, _) = self { weights.inputs } else { 1 }
  }

  /// Writes elements to the target. `start` is the index of the first one, a multiple of ``unit``.
  fileprivate func write(_ elements: UnsafeBufferPointer<Float>, start: Int) {
    guard let source = elements.baseAddress else { return }
    switch self {
    case .elements(let buffer):
      (buffer.pointer + start).update(from: source, count: elements.count)
    case .weights(let weights, let first):
      let inputs = weights.inputs
      weights.pack(source, count: elements.count / inputs, first: first + start / inputs)
    case .bias(let weights, let first): weights.setBias(elements, first: first + start)
    }
  }
}

extension SafetensorsFile {
  /// Reads the whole file once, from start to end, and fills the taken tensors. Checks the tensors' values and the
  /// file's digest on the bytes that were read.
  ///
  /// The file is read in pieces. While one thread hashes a piece and another writes it to its tensor, a third thread
  /// reads the next piece.
  ///
  /// - Throws: ``ModelError``. A wrong digest is reported before faults in the values, such as NaN or a matrix of
  ///   zeros.
  func read(on pool: WorkerPool) throws(ModelError) {
    let pieces = pieces()
    let pass = ReadingPass(self, pieces)
    pass.read(0)
    for index in pieces.indices {
      guard pass.failure == nil else { break }
      pool.run(tasks: 3) { task, _ in
        switch task {
        case 0: pass.digest(index)
        case 1: pass.write(index)
        default: pass.read(index + 1)
        }
      }
    }
    if let failure = pass.failure { throw failure }
    guard digest == nil || digest == pass.finalDigest() else {
      throw .digestMismatch(file: file.name)
    }
    for (tensor, check) in zip(taken, pass.checks) {
      guard check.nonFinite == 0 else {
        throw fault(tensor.name, .notFinite(count: check.nonFinite))
      }
      guard tensor.entry.shape.count < 2 || check.hasValue else {
        throw fault(tensor.name, .allZero)
      }
    }
  }

  /// The size of a piece in bytes. It is small enough to stay in the processor's cache while it is hashed and written.
  fileprivate static let pieceBytes = 4 << 20

  /// Divides the file into pieces, from its first byte to its last.
  private func pieces() -> [Piece] {
    var pieces: [Piece] = []
    var end = 0
    func add(to limit: Int, tensor: Int?, unit: Int) {
      let start = end
      let size = max(Self.pieceBytes / max(unit, 1), 1) * unit
      while end < limit {
        let next = min(end + size, limit)
        pieces.append(Piece(bytes: end..<next, tensor: tensor, offset: end - start))
        end = next
      }
    }
    let order = taken.indices.sorted {
      taken[$0].entry.range.lowerBound < taken[$1].entry.range.lowerBound
    }
    for index in order {
      let entry = taken[index].entry
      // Add the bytes before the tensor: the header and tensors that were not taken.
      add(to: dataStart + entry.range.lowerBound, tensor: nil, unit: 1)
      add(
        to: dataStart + entry.range.upperBound, tensor: index,
        unit: taken[index].target.unit * (entry.elementFormat?.byteCount ?? 1))
    }
    add(to: file.byteCount, tensor: nil, unit: 1)
    return pieces
  }
}

/// A range of the file that is read in one step.
private struct Piece {
  let bytes: Range<Int>
  /// The index in ``SafetensorsFile/taken`` of the tensor that contains the piece; nil if the bytes are only hashed.
  let tensor: Int?
  /// The number of bytes of the tensor before this piece.
  let offset: Int
}

/// The state while a file is read.
///
/// `@unchecked Sendable`: in each round, one task hashes, one writes and one reads. They use different properties, and
/// the reading task fills the buffer that the other two do not use.
private final class ReadingPass: @unchecked Sendable {
  struct Check {
    var nonFinite = 0
    var hasValue = false
  }

  /// The first error. Only the reading task sets this.
  private(set) var failure: ModelError?
  /// One check for each taken tensor. Only the writing task uses this during a round.
  private(set) var checks: [Check]

  private let file: ModelFile
  private let taken: [SafetensorsFile.Taken]
  private let pieces: [Piece]
  private let buffers: [FloatBuffer]
  /// A buffer for 16-bit weights that were converted to floats.
  private let widened: FloatBuffer
  /// The hash of the bytes so far. Only the hashing task uses this during a round.
  private var hash = SHA256()

  init(_ file: SafetensorsFile, _ pieces: [Piece]) {
    self.file = file.file
    taken = file.taken
    self.pieces = pieces
    checks = [Check](repeating: Check(), count: file.taken.count)
    let longest = pieces.reduce(0) { max($0, $1.bytes.count) }
    buffers = (0..<2).map { _ in FloatBuffer(uninitialized: (longest + 3) / 4) }
    let hasHalves = file.taken.contains { $0.entry.elementFormat != .single }
    widened = FloatBuffer(uninitialized: hasHalves ? (longest + 1) / 2 : 0)
  }

  func read(_ index: Int) {
    guard index < pieces.count else { return }
    do throws(ModelError) {
      try file.read(into: bytes(index), at: pieces[index].bytes.lowerBound)
    } catch {
      failure = error
    }
  }

  func digest(_ index: Int) { hash.update(bufferPointer: UnsafeRawBufferPointer(bytes(index))) }

  func finalDigest() -> String { hexadecimal(hash.finalize()) }

  func write(_ index: Int) {
    let piece = pieces[index]
    guard let place = piece.tensor, let format = taken[place].entry.elementFormat else { return }
    let elements = floats(bytes(index), format)
    checks[place].nonFinite += elements.nonFiniteCount
    // Compare bits: comparisons of floats on this thread treat denormal numbers as zero.
    checks[place].hasValue = checks[place].hasValue || elements.contains { $0.bitPattern << 1 != 0 }
    taken[place].target.write(elements, start: piece.offset / format.byteCount)
  }

  private func bytes(_ index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: buffers[index % 2].pointer, count: pieces[index].bytes.count)
  }

  private func floats(
    _ bytes: UnsafeMutableRawBufferPointer, _ format: SafetensorsFile.ElementFormat
  ) -> UnsafeBufferPointer<Float> {
    switch format {
    case .single: return UnsafeBufferPointer(bytes.bindMemory(to: Float.self))
    case .half, .bfloat16:
      let halves = UnsafeBufferPointer(bytes.bindMemory(to: UInt16.self))
      let result = UnsafeMutableBufferPointer(rebasing: widened.elements[..<halves.count])
      result.widen(halves, from: format == .half ? .half : .bfloat16)
      return UnsafeBufferPointer(result)
    }
  }
}
