import Testing

@testable import Inference

/// Files of heat maps that are remembered.
struct HeatMapMemoryTests {
  private static func key(_ volume: String, _ texts: String...) -> MapKey {
    MapKey(volume: volume, texts: texts)
  }

  @Test func theOldestFilesMakeRoom() {
    var memory = ViewCache(fileByteLimit: 10)
    memory.keep([1, 2, 3, 4], for: Self.key("a", "x"))
    memory.keep([5, 6, 7, 8], for: Self.key("b", "x"))
    memory.keep([9, 9, 9], for: Self.key("a", "y"))
    #expect(memory.file(of: Self.key("a", "x")) == nil)
    #expect(memory.file(of: Self.key("b", "x")) == [5, 6, 7, 8])
    memory.keep([UInt8](repeating: 0, count: 11), for: Self.key("c", "x"))
    #expect(memory.file(of: Self.key("c", "x")) == nil)
    #expect(memory.file(of: Self.key("a", "y")) == [9, 9, 9])
    memory.keep([1], for: Self.key("a", "y"))
    #expect(memory.file(of: Self.key("a", "y")) == [1])
    memory.forget { $0 == "a" }
    #expect(memory.file(of: Self.key("a", "y")) == nil)
    #expect(memory.file(of: Self.key("b", "x")) != nil)
  }

  @Test func keysOfDifferentTextsAreDifferentTexts() {
    let keys = [
      Self.key("a", "b", "c"), Self.key("a", "bc"), Self.key("ab", "c"), Self.key("a", "b1:c"),
      Self.key("a", "b", "", "c"), Self.key("a"), Self.key("a", ""), Self.key("", "a"),
    ]
    #expect(Set(keys.map(\.text)).count == keys.count)
  }
}
