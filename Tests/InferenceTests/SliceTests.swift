import Archives
import Embeddings
import Encoders
import Storage
import StrictJSON
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Inference
@testable import Volumes

/// Slices and maps of volumes whose voxels are kept.
@Suite struct SliceTests {
  private static let phantom = VolumesPhantom.small.stored(as: "RAI").file().bytes()

  private static func source(_ bytes: [UInt8]) -> VolumeSource {
    let spool = NIfTISpool(bytes)
    return VolumeSource(
      fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount,
      sha256: (0..<32).map { UInt8($0) }, owner: spool)
  }

  private static func service(
    _ persistence: Persistence, _ store: Store? = nil
  ) async throws -> DiagnosisService {
    let service = DiagnosisService(
      store: try store ?? Store(path: ":memory:"), persistence: persistence)
    try await service.load(directory: Fixtures.tinyModel, threads: 2)
    return service
  }

  @Test func whatAnotherProcessDeletedLeavesTheMemoryOfPictures() async throws {
    let store = try Store(path: ":memory:")
    let service = try await Self.service(.full, store)
    let id = try await service.add(Self.source(Self.phantom)).volume.id
    let findings = [["There is lung nodule"]]
    _ = try await service.slice(1, .axial, of: id, window: .lung)
    _ = try await service.heatMap(of: 0, among: findings, volume: id)
    let key = MapKey(volume: id, texts: findings[0])
    let known = service.viewCache.withLock {
      ($0.grid(of: id) != nil, $0.map(of: key) != nil, $0.file(of: key) != nil)
    }
    #expect(known == (true, true, true))
    // Past the archive, as another process does it. Then the archive hears of it.
    #expect(try await store.deleteVolume(id: id))
    let archive = try service.requireArchive()
    try store.withSnapshot { try archive.reload(from: $0) }
    let left = service.viewCache.withLock {
      ($0.grid(of: id) != nil, $0.map(of: key) != nil, $0.file(of: key) != nil)
    }
    #expect(left == (false, false, false))
    await #expect(throws: InferenceError.unknownVolume) {
      try await service.slice(1, .axial, of: id, window: .lung)
    }
    await #expect(throws: InferenceError.unknownVolume) {
      try await service.similarityMaps(of: id, findings: findings)
    }
  }

  @Test func aPixelIsTheVoxelThatTheModelSaw() async throws {
    let service = try await Self.service(.full)
    let source = Self.source(Self.phantom)
    let id = try await service.add(source).volume.id
    let recipe = try service.requireModel().recipe
    let prepared = try Preprocessing.prepare(
      try NIfTIVolume.open(fileDescriptor: source.fileDescriptor, byteCount: source.byteCount),
      recipe: recipe, output: .hounsfield)
    let hounsfield = prepared.input.elements
    let shape = recipe.shape
    let extents = try #require(try await service.sliceExtents(ofVolume: id))
    for (plane, slice) in [
      (VoxelGrid.Plane.axial, shape[2] / 3), (.coronal, shape[1] / 2), (.sagittal, shape[0] / 4),
    ] {
      let picture = try #require(
        try await service.slice(slice, plane, of: id, window: .lung))
      let extent = try #require(extents[plane])
      #expect(picture.width == extent.width && picture.height == extent.height)
      #expect(picture.samples.count == picture.width * picture.height && !picture.isColour)
      var shades: Set<UInt8> = []
      for row in 0..<picture.height {
        for column in 0..<picture.width {
          let place =
            switch plane {
            case .axial: (column, row, slice)
            case .coronal: (column, slice, shape[2] - 1 - row)
            case .sagittal: (slice, column, shape[2] - 1 - row)
            }
          let value = hounsfield[(place.0 * shape[1] + place.1) * shape[2] + place.2]
          let clipped = min(max(Double(value), -1000), 1000)
          let wanted = min(max((clipped + 1350) / 1500, 0), 1) * 255
          let found = picture.samples[row * picture.width + column]
          shades.insert(found)
          // Half a HU is a tenth of a shade, and shades are rounded down.
          #expect(abs(Double(found) + 0.5 - wanted) <= 0.7)
        }
      }
      #expect(shades.count > 5)
      #expect(try await service.slice(extent.count, plane, of: id, window: .lung) == nil)
      #expect(try await service.slice(-1, plane, of: id, window: .lung) == nil)
    }
  }

  @Test func mapsAreThoseOfTheVolumeThatCame() async throws {
    let service = try await Self.service(.full)
    let source = Self.source(Self.phantom)
    let id = try await service.add(source).volume.id
    let model = try service.requireModel()
    let findings = [["There is gas"], ["There is a nodule", "There are nodules"]]
    let maps = try await service.similarityMaps(of: id, findings: findings)
    let input = try Preprocessing.prepare(
      try NIfTIVolume.open(fileDescriptor: source.fileDescriptor, byteCount: source.byteCount),
      recipe: model.recipe
    ).input
    let texts = findings.flatMap(\.self).map { model.model.tokenizer.tokenize($0) }
    let embeddings = try await service.embeddings(of: texts, remembers: false)
    let rows = try #require(
      model.model.vision.patchSimilarities(
        input, to: embeddings.map(\.embedding.direct.values), on: model.pool))
    let wanted = [rows[0], zip(rows[1], rows[2]).map { ($0 + $1) / 2 }]
    for (map, row) in zip(maps, wanted) {
      #expect(map.grid.reduce(1, *) == row.count)
      // What is kept has whole HU.
      #expect(zip(map.values, row).allSatisfy { abs($0 - $1) <= 2e-3 })
    }
    // Remembered, and the same.
    #expect(try await service.similarityMaps(of: id, findings: findings) == maps)
    let plain = try await service.slice(4, .axial, of: id, window: .wide)
    let coloured = try #require(
      try await service.slice(4, .axial, of: id, window: .wide, over: maps[0]))
    #expect(coloured.isColour && coloured.samples.count == 3 * (plain?.samples.count ?? 0))
    let made = try await service.heatMap(of: 0, among: findings, volume: id)
    let file = try #require(made)
    #expect(try await service.heatMap(of: 0, among: findings, volume: id) == file)
    #expect(try await service.heatMap(of: 2, among: findings, volume: id) == nil)
    let written = NIfTISpool(file)
    let (found, came) = (
      try NIfTIVolume.open(
        fileDescriptor: written.fileDescriptor, byteCount: written.byteCount),
      try NIfTIVolume.open(
        fileDescriptor: source.fileDescriptor, byteCount: source.byteCount)
    )
    #expect(found.isCompressed && found.shape == came.shape)
    #expect(found.orientation == came.orientation)
    #expect(zip(found.affine, came.affine).allSatisfy { abs($0 - $1) <= 1e-3 })
    #expect(written.byteCount > 0 && found.scaling.slope > 0.0009 && found.scaling.slope < 0.0011)
  }

  @Test func filesOfMapsWaitForNoVolumeAndVolumesForNoFile() async throws {
    let service = try await Self.service(.full)
    let id = try await service.add(Self.source(Self.phantom)).volume.id
    let findings = (0..<4).map { ["There is finding \($0)"] }
    _ = try await service.similarityMaps(of: id, findings: findings)
    let gate = Gate()
    let volume = Task { try await service.lane.run { _, _ in gate.wait() } }
    await gate.untilSomebodyWaits()
    // The maps are remembered, so that only files are made, and nobody is among the volumes.
    for index in findings.indices {
      #expect(try await service.heatMap(of: index, among: findings, volume: id) != nil)
    }
    gate.open()
    try await volume.value
    let other = Gate()
    let file = Task { try await service.mapsLane.run { _, _ in other.wait() } }
    await other.untilSomebodyWaits()
    try await service.lane.run { _, _ in }
    other.open()
    try await file.value
  }

  @Test func mapsOfManyDiagnosesHaveOnePlaceAmongTheVolumes() async throws {
    // Without stored patch embeddings, so that each map needs an encoding.
    let disk = try ShortDisk()
    let service = try await Self.service(.full, disk.store)
    let id = try await service.add(Self.source(Self.phantom)).volume.id
    let gate = Gate()
    let volume = Task { try await service.lane.run { _, _ in gate.wait() } }
    await gate.untilSomebodyWaits()
    let looks = (0..<8).map { number in
      Task { try await service.similarityMaps(of: id, findings: [["There is finding \(number)"]]) }
    }
    while service.mapsLine.use.depth < 8 || service.lane.use.depth < 2 { await Task.yield() }
    #expect(service.lane.use.depth == 2)
    // Those that want the same wait for the same.
    let same = (0..<40).map { _ in
      Task { try await service.heatMap(of: 0, among: [["There is finding 7"]], volume: id) }
    }
    // More than may wait.
    let refused = Crowd()
    await withTaskGroup(of: Void.self) { group in
      for number in 100..<120 {
        group.addTask {
          do {
            _ = try await service.similarityMaps(of: id, findings: [["There is finding \(number)"]])
          } catch InferenceError.queueFull {
            refused.enter()
            if refused.entered == 4 { gate.open() }
          } catch {
            Issue.record("\(error)")
          }
        }
      }
    }
    try await volume.value
    #expect(refused.entered >= 4)
    for look in looks { #expect(try await look.value.count == 1) }
    let files = try await same.asyncValues()
    #expect(Set(files).count == 1 && files[0] != nil)
  }

  @Test func whatIsNotKeptOrErasedHasNoPictures() async throws {
    let service = try await Self.service(.embeddings)
    let id = try await service.add(Self.source(Self.phantom)).volume.id
    #expect(try await service.sliceExtents(ofVolume: id) == nil)
    await #expect(throws: InferenceError.voxelsNotStored) {
      try await service.slice(0, .axial, of: id, window: .lung)
    }
    let full = try await Self.service(.full)
    let kept = try await full.add(Self.source(Self.phantom)).volume.id
    _ = try await full.slice(0, .axial, of: kept, window: .lung)
    #expect(try await full.eraseVolume(kept))
    await #expect(throws: InferenceError.unknownVolume) {
      try await full.slice(0, .axial, of: kept, window: .lung)
    }
    await #expect(throws: InferenceError.unknownVolume) {
      try await full.similarityMaps(of: kept, findings: [["There is gas"]])
    }
  }

  @Test func aPackedGridIsReadAsItWasAndNothingElseIs() async throws {
    let recipe = try #require(try? PreprocessingRecipe(spacing: [1, 2, 3], shape: [3, 4, 5]))
    let input = Tensor(shape: [3, 4, 5], elements: (0..<60).map { Float($0) / 16 - 3 })
    let grid = VoxelGrid(input, recipe)
    let packed = grid.packed
    #expect(VoxelGrid(packed: packed, recipe: recipe) == grid)
    let other = try #require(try? PreprocessingRecipe(spacing: [1, 2, 3], shape: [3, 4, 6]))
    #expect(VoxelGrid(packed: packed, recipe: other) == nil)
    for count in 0..<packed.count {
      #expect(VoxelGrid(packed: Array(packed.prefix(count)), recipe: recipe) == nil)
    }
  }
}

extension [Task<[UInt8]?, any Error>] {
  fileprivate func asyncValues() async throws -> [[UInt8]?] {
    var values: [[UInt8]?] = []
    for task in self { values.append(try await task.value) }
    return values
  }
}
