import Tensors
import TestSupport
import Testing

@testable import Volumes

@Suite("Plane scatter") struct PlaneScatterTests {
  @Test("brings every plane to its place, whichever axis it lies across", arguments: 0..<60)
  func everyPlace(_ number: Int) {
    let seed = FixtureSeed(UInt64(5_300 + number))
    var random = seed.generator
    let extents = (0..<3).map { _ in Int.random(in: 1...40, using: &random) }
    let strides = [extents[1] * extents[2], extents[2], 1]
    // The tensor's axes of rows, columns and planes.
    let axes = [0, 1, 2].shuffled(using: &random)
    let layout = PlaneScatter.Layout(
      rows: extents[axes[0]], columns: extents[axes[1]], rowStride: strides[axes[0]],
      columnStride: strides[axes[1]], planeStride: strides[axes[2]])
    let planes = Array(0..<extents[axes[2]])
    for order in [planes, planes.reversed(), planes.shuffled(using: &random)] {
      // Some floats into a cache line, as padding and crops have it.
      let start = Int.random(in: 0..<17, using: &random)
      let buffer = FloatBuffer(count: start + extents.reduce(1, *))
      let scatter = PlaneScatter(layout, output: buffer.pointer + start)
      for plane in order {
        scatter.put(plane) { values in
          for row in 0..<layout.rows {
            for column in 0..<layout.columns {
              values[row * layout.columns + column] = Float(
                row * layout.rowStride + column * layout.columnStride
                  + plane * layout.planeStride)
            }
          }
        }
      }
      scatter.finish()
      #expect(buffer.elements[..<start].allSatisfy { $0 == 0 }, "\(seed)")
      #expect(
        buffer.elements[start...].elementsEqual((0..<extents.reduce(1, *)).map(Float.init)),
        "\(seed): \(extents), axes \(axes)")
    }
  }

  @Test("writes nothing where no plane was put, and nothing twice") func gaps() {
    let buffer = FloatBuffer(count: 100)
    let layout = PlaneScatter.Layout(
      rows: 1, columns: 2, rowStride: 100, columnStride: 50, planeStride: 1)
    let scatter = PlaneScatter(layout, output: buffer.pointer)
    scatter.finish()
    for plane in [3, 4, 40, 16, 15] {
      scatter.put(plane) { $0.update(repeating: Float(plane), count: 2) }
    }
    scatter.finish()
    let written = Dictionary(uniqueKeysWithValues: [3, 4, 15, 16, 40].map { ($0, Float($0)) })
    for place in 0..<50 {
      let expected = written[place] ?? 0
      #expect(buffer.elements[place] == expected && buffer.elements[50 + place] == expected)
    }
    buffer.elements.update(repeating: -1)
    scatter.finish()
    #expect(buffer.elements.allSatisfy { $0 == -1 })
  }
}
