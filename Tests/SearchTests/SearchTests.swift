import Tensors
import TestSupport
import Testing

@testable import Search

/// Around the lanes of a vector, one published size, and one that is none of them.
private let widths = [1, 7, 48, 100, 768]
/// None, one, and around one and two chunks.
private let counts = [0, 1, 5, 1023, 1024, 1025, 2500]

@Suite("Search") struct SearchTests {
  let pool = WorkerPool(threads: 2)

  @Test("Finds what sorting all float64 products gives, in the same order, for all sizes")
  func equalsTwin() {
    let seed = FixtureSeed(5)
    var random = seed.generator
    for width in widths {
      for count in counts where count < 2500 || width < 768 {
        let rows = (0..<count).map { _ in unitVector(width, using: &random) }
        let index = index(of: rows, width: width)
        let query = unitVector(width, using: &random)
        for (offset, limit) in [(0, 1), (0, 10), (3, 5), (0, 5000)] {
          var question = SearchQuery(vector: query, divisor: 2)
          question.offset = offset
          question.limit = limit
          let found = index.snapshot.search(question, on: pool)
          let wanted = sorted(rows, query, divisor: 2).dropFirst(offset).prefix(limit)
          let place = "\(count) x \(width), offset \(offset), limit \(limit), \(seed)"
          #expect(found.hits.map(\.entry.id) == wanted.map(\.id), "\(place)")
          #expect(found.hits.map(\.score) == wanted.map(\.score), "\(place)")
          #expect(found.hits.map(\.rank) == wanted.indices.map { $0 + 1 }, "\(place)")
          #expect(found.searched == count, "\(place)")
        }
      }
    }
  }

  @Test("Scores closer together than single precision can tell are ordered all the same")
  func nearTies() {
    // 1 + k ulp in one component of a hundred: float32 sums of the products are equal.
    let width = 100
    let rows = (0..<50).map { place -> [Float] in
      var row = [Float](repeating: 0.099, count: width)
      row[37] = 0.1 + Float(place * 37 % 50) * 0x1p-27
      return row
    }
    let query = [Float](repeating: 0.1, count: width)
    var question = SearchQuery(vector: query, divisor: 1)
    question.limit = 7
    let found = index(of: rows, width: width).snapshot.search(question, on: pool)
    #expect(
      found.hits.map(\.entry.id)
        == Array(sorted(rows, query, divisor: 1).prefix(7)).map { $0.id })
  }

  @Test("Equal scores come in the order of their ids")
  func ties() {
    let row: [Float] = [0.6, 0.8]
    let index = SearchIndex(components: 2)
    for id in ["b", "a10", "c", "a", "a2"] { index.put(id, row) }
    let found = index.snapshot.search(SearchQuery(vector: [1, 0], divisor: 1), on: pool)
    #expect(found.hits.map(\.entry.id) == ["a", "a10", "a2", "b", "c"])
  }

  @Test("A filter goes first: as many as were asked for are found if they exist")
  func filter() {
    var random = FixtureSeed(6).generator
    let index = SearchIndex(components: 8)
    for place in 0..<3000 {
      let site = place % 300 == 0 ? "A" : "B"
      index.put(
        SearchEntry(
          id: name(place),
          attributes: [
            .init(key: "tags.site", value: site), .init(key: "n", value: "\(place % 7)"),
          ]),
        unitVector(8, using: &random))
    }
    var query = SearchQuery(vector: unitVector(8, using: &random), divisor: 1)
    query.filter.must = [.init(key: "tags.site", value: "A")]
    let all = index.snapshot.search(query, on: pool)
    #expect(all.hits.count == 10 && all.searched == 10)
    #expect(all.hits.allSatisfy { $0.entry.attributes[0].value == "A" })
    query.filter.mustNot = [.init(key: "n", value: "0")]
    let some = index.snapshot.search(query, on: pool)
    #expect(some.hits.count == all.hits.count { $0.entry.attributes[1].value != "0" })
    query.filter.must = [.init(key: "tags.site", value: "C")]
    #expect(index.snapshot.search(query, on: pool).hits.isEmpty)
  }

  @Test("Attributes are bytes: two ways to write é are two values")
  func bytes() {
    let composed = SearchEntry.Attribute(key: "tags.name", value: "caf\u{E9}")
    let decomposed = SearchEntry.Attribute(key: "tags.name", value: "cafe\u{301}")
    #expect(composed != decomposed)
  }

  @Test("A threshold leaves lower scores out, and nothing else")
  func threshold() {
    let index = SearchIndex(components: 1)
    for place in 0..<10 { index.put(name(place), [Float(place) / 16]) }
    var query = SearchQuery(vector: [1], divisor: 1)
    query.threshold = 6.0 / 16
    #expect(
      index.snapshot.search(query, on: pool).hits.map(\.score) == [9.0 / 16, 0.5, 7.0 / 16, 0.375])
  }

  @Test("A threshold that was copied from an answer finds that answer")
  func shownThreshold() {
    var random = FixtureSeed(9).generator
    let rows = (0..<100).map { _ in unitVector(48, using: &random) }
    let index = index(of: rows, width: 48)
    var query = SearchQuery(vector: unitVector(48, using: &random), divisor: 0.7)
    query.limit = 100
    for (place, hit) in index.snapshot.search(query, on: pool).hits.enumerated() {
      query.threshold = Double("\(Float(hit.score))")
      #expect(index.snapshot.search(query, on: pool).hits.count == place + 1)
    }
  }

  @Test(
    "The length of a query does not matter, however long or short",
    arguments: [3e38, 1e30, 1e-30, 4e-38, .leastNonzeroMagnitude * 50] as [Float])
  func length(_ largest: Float) {
    var random = FixtureSeed(11).generator
    let rows = (0..<200).map { _ in unitVector(100, using: &random) }
    let index = index(of: rows, width: 100)
    let query = rows[3].map { Float(Double($0) * Double(largest)) }
    var question = SearchQuery(vector: query, divisor: Double(largest))
    question.limit = 200
    let wanted = sorted(rows, query, divisor: Double(largest))
    #expect(index.snapshot.search(question, on: pool).hits.map(\.entry.id) == wanted.map(\.id))
    question.limit = 5
    let best = index.snapshot.search(question, on: pool).hits
    #expect(best.map(\.entry.id) == wanted.prefix(5).map(\.id))
    #expect(best.map(\.score) == wanted.prefix(5).map(\.score))
  }

  @Test("Whoever adds and removes for ever needs no more memory than what is there")
  func compaction() {
    // Four rows a chunk.
    let index = SearchIndex(components: 4, chunkBytes: 64)
    for place in 0..<1000 {
      index.put(name(place), [Float(place) / 4096, 0, 0, 0])
      if place >= 20 { index.remove([name(place - 20)]) }
      #expect(index.snapshot.chunks.count <= 14)
    }
    var query = SearchQuery(vector: [1, 0, 0, 0], divisor: 1)
    query.limit = 100
    let hits = index.snapshot.search(query, on: pool).hits
    #expect(hits.map(\.entry.id) == (980..<1000).reversed().map(name))
    for hit in hits { #expect(hit.entry.id == name(Int(hit.score * 4096))) }
    #expect(index.remove((0..<2000).map(name)) == 20)
    #expect(index.count == 0)
    index.put("new", [1, 0, 0, 0])
    #expect(index.snapshot.search(query, on: pool).hits.map(\.entry.id) == ["new"])
  }

  @Test("What is removed or renamed later does not change a snapshot")
  func snapshots() {
    var random = FixtureSeed(7).generator
    let rows = (0..<1500).map { _ in unitVector(16, using: &random) }
    let index = index(of: rows, width: 16)
    let before = index.snapshot
    var query = SearchQuery(vector: rows[0], divisor: 1)
    query.limit = 2000
    let found = before.search(query, on: pool)
    for place in stride(from: 0, to: 1500, by: 2) { #expect(index.remove([name(place)]) == 1) }
    #expect(index.remove([name(0)]) == 0)
    index.put("new", rows[0])
    #expect(before.search(query, on: pool) == found)
    let after = index.snapshot.search(query, on: pool)
    #expect(after.searched == 751 && index.count == 751 && after.hits[0].entry.id == "new")
    #expect(index.snapshot.version > before.version)
  }

  @Test("Many threads that add, remove and search see whole states only")
  func concurrent() async {
    let index = SearchIndex(components: 4)
    await withTaskGroup(of: Void.self) { group in
      for thread in 0..<4 {
        group.addTask {
          for place in 0..<600 {
            // Each row is its own number, so a row that is torn or in another's place shows.
            let number = Float(thread * 1000 + place) / 4096
            index.put(self.name(thread * 1000 + place), [number, 0, 0, 0])
            if place % 3 == 0 { index.remove([self.name(thread * 1000 + place)]) }
          }
        }
      }
      group.addTask {
        for _ in 0..<100 {
          var query = SearchQuery(vector: [1, 0, 0, 0], divisor: 1)
          query.limit = 5000
          for hit in index.snapshot.search(query, on: self.pool).hits {
            #expect(hit.entry.id == self.name(Int(hit.score * 4096)))
          }
        }
      }
    }
    #expect(index.count == 1600)
  }

  private func name(_ place: Int) -> String { "v\(100_000 + place)" }

  private func index(of rows: [[Float]], width: Int) -> SearchIndex {
    let index = SearchIndex(components: width)
    for (place, row) in rows.enumerated() { index.put(name(place), row) }
    return index
  }

  /// The slow, obvious twin.
  private func sorted(
    _ rows: [[Float]], _ query: [Float], divisor: Double
  ) -> [(id: String, score: Double)] {
    rows.enumerated().map { place, row in
      (name(place), zip(row, query).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / divisor)
    }.sorted { ($1.score, $0.id) < ($0.score, $1.id) }
  }

  private func unitVector(
    _ width: Int, using random: inout some RandomNumberGenerator
  ) -> [Float] {
    let values = (0..<width).map { _ in Float.random(in: -1...1, using: &random) }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / max(length, 1e-3) * 0.999 }
  }
}

extension SearchIndex {
  fileprivate func put(_ id: String, _ row: [Float]) { put(SearchEntry(id: id), row) }

  fileprivate func put(_ entry: SearchEntry, _ row: [Float]) {
    row.withUnsafeBufferPointer { put(entry, row: $0) }
  }
}
