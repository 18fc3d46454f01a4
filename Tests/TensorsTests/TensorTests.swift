import TestSupport
import Testing

@testable import Tensors

@Suite("Tensor") struct TensorTests {
  @Test("A half is widened exactly, all 65 536 of them") func halves() {
    let patterns = (0...UInt16.max).map { $0 }
    let found = widened(patterns, from: .half)
    for (bits, value) in zip(patterns, found) {
      #expect(value.bitPattern == TensorsNaive.widened(half: bits).bitPattern, "\(bits)")
    }
  }

  @Test("A bfloat16 is widened exactly, all 65 536 of them") func bfloats() {
    let patterns = (0...UInt16.max).map { $0 }
    let found = widened(patterns, from: .bfloat16)
    for (bits, value) in zip(patterns, found) {
      #expect(value.bitPattern == UInt32(bits) << 16, "\(bits)")
    }
  }

  @Test("Halves have values that one can check by hand")
  func halvesByHand() {
    let known: [(UInt16, Float)] = [
      (0x0000, 0), (0x3c00, 1), (0xc000, -2), (0x7bff, 65504), (0x0400, 0x1p-14),
      (0x0001, 0x1p-24), (0x83ff, -0x1.ff8p-15), (0x3555, 0.333251953125), (0xfc00, -.infinity),
    ]
    #expect(widened(known.map(\.0), from: .half) == known.map(\.1))
    #expect(widened([0x8000], from: .half)[0].sign == .minus)
    #expect(widened([0x7e00], from: .half)[0].isNaN)
  }

  @Test("Widening is exact on a thread that flushes denormals, too") func flushed() {
    let patterns = (0...UInt16.max).map { $0 }
    for format in [HalfFormat.half, .bfloat16] {
      let wanted = widened(patterns, from: format).map(\.bitPattern)
      let different = ThreadTally()
      WorkerPool(threads: 1).run(tasks: 1) { _, _ in
        let found = Tensor(shape: [patterns.count], from: patterns, format)
        found.withElements { elements in
          for index in patterns.indices where elements[index].bitPattern != wanted[index] {
            different.add(index)
          }
        }
      }
      #expect(different.values.isEmpty, "\(format)")
    }
  }

  @Test("NaN and infinities are counted, wherever they stand") func nonFinite() {
    #expect(Tensor(shape: [0], elements: []).withElements { $0.nonFiniteCount } == 0)
    let broken: [Float] = [
      .nan, -.nan, .signalingNaN, .infinity, -.infinity, Float(bitPattern: 0xff80_0001),
    ]
    let sound: [Float] = [
      0, -0.0, 1, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude,
    ]
    for count in [1, 2, 15, 16, 17, 100] {
      #expect(tensor(count) { sound[$0 % sound.count] }.withElements { $0.nonFiniteCount } == 0)
      #expect(
        tensor(count) { broken[$0 % broken.count] }.withElements { $0.nonFiniteCount } == count)
      for place in [0, count / 2, count - 1] {
        for value in broken {
          #expect(
            tensor(count) { $0 == place ? value : 1 }.withElements { $0.nonFiniteCount } == 1,
            "\(count) \(place)")
        }
      }
    }
  }

  @Test("A tensor holds what it was given, row-major, and starts as zeros") func elements() {
    let tensor = Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6])
    #expect(tensor.shape == [2, 3] && tensor.count == 6)
    #expect(tensor.elements == [1, 2, 3, 4, 5, 6])
    #expect(Array(tensor.matrix(rows: 2).row(1)) == [4, 5, 6])
    #expect(Tensor(shape: [5]) { _ in }.elements == [0, 0, 0, 0, 0])
    #expect(Tensor(shape: []) { $0[0] = 7 }.elements == [7])
    #expect(Tensor(shape: [3, 0]) { _ in }.elements.isEmpty)
  }

  @Test("What fill throws is thrown on") func fillThrows() {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) { try Tensor(shape: [2]) { _ in throw Refusal() } }
  }

  @Test("Memory is aligned to 64 bytes and zeroed", arguments: [0, 1, 15, 16, 17, 4096])
  func buffers(_ count: Int) {
    let buffer = FloatBuffer(count: count)
    #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
    #expect(buffer.count == count && buffer.elements.allSatisfy { $0 == 0 })
  }

  @Test("A tensor adopts a buffer with what is in it") func adopts() {
    let buffer = FloatBuffer(count: 6)
    buffer.elements[5] = 3
    #expect(Tensor(shape: [2, 3], adopting: buffer).elements == [0, 0, 0, 0, 0, 3])
  }

  @Test("Tokens lie 48 side by side, channel after channel", arguments: [1, 47, 48, 49, 130])
  func panels(_ tokens: Int) {
    let matrix = TensorsMatrix(
      rows: tokens, columns: 3, elements: (0..<(3 * tokens)).map { Float($0) })
    matrix.lentPanels { panels in
      #expect(panels.count == (tokens + 47) / 48 && panels.tokens == tokens)
      for token in 0..<tokens {
        for channel in 0..<3 {
          let place = token / 48 * 3 * 48 + channel * 48 + token % 48
          #expect(panels.pointer[place] == matrix[token, channel])
        }
      }
      let last = panels.panels((panels.count - 1)..<panels.count).channels(1..<3)
      #expect(last.tokens == tokens - (panels.count - 1) * 48)
      #expect(last.token(last.tokens - 1).elements == Array(matrix.row(tokens - 1)[1...]))
    }
  }

  private func tensor(_ count: Int, _ element: (Int) -> Float) -> Tensor {
    Tensor(shape: [count], elements: (0..<count).map(element))
  }

  private func widened(_ bits: [UInt16], from format: HalfFormat) -> [Float] {
    Tensor(shape: [bits.count], from: bits, format).elements
  }
}

extension Tensor {
  fileprivate init(shape: [Int], from bits: [UInt16], _ format: HalfFormat) {
    self.init(shape: shape) { elements in
      bits.withUnsafeBufferPointer { elements.widen($0, from: format) }
    }
  }
}
