import Testing

@testable import Inference

/// What is left of the memory, as Linux writes it.
@Suite struct MemoryHeadroomTests {
  @Test func theMachineTellsKibibytes() {
    let text = "MemTotal:       24689728 kB\nMemFree:  1 kB\nMemAvailable:   12 kB\nBuffers: 3 kB\n"
    #expect(MemoryHeadroom.available(text) == 12 << 10)
    #expect(MemoryHeadroom.available("MemTotal: 3 kB\n") == nil)
    #expect(MemoryHeadroom.available("") == nil)
  }

  @Test func aGroupHasWhatItsLimitLeavesAndFilesThatCanGo() {
    #expect(MemoryHeadroom.left(limit: "1000\n", use: "600\n", statistics: nil) == 400)
    #expect(
      MemoryHeadroom.left(
        limit: "1000", use: "600", statistics: "anon 1\ninactive_file 100\nactive_file 9\n") == 500)
    #expect(MemoryHeadroom.left(limit: "1000", use: "1200", statistics: nil) == 0)
    #expect(MemoryHeadroom.left(limit: "max\n", use: "600", statistics: nil) == nil)
    #expect(MemoryHeadroom.left(limit: nil, use: "600", statistics: nil) == nil)
  }

  @Test func theGroupOfTheUnifiedHierarchyCounts() {
    #expect(MemoryHeadroom.groupFolder("1:cpu:/a\n0::/b/c\n") == "/sys/fs/cgroup/b/c")
    #expect(MemoryHeadroom.groupFolder("1:cpu:/a\n") == nil)
  }

  @Test func thisMachineHasSome() throws {
    #expect(try #require(MemoryHeadroom.bytes) > 0)
  }
}
