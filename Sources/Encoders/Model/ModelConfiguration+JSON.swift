internal import StrictJSON

extension ModelConfiguration {
  /// The file's format; other formats are refused.
  static let format = "brgsa-model/1"

  /// Reads `config.json` completely. A missing, unknown or impossible member is refused by name.
  init(parsing bytes: [UInt8]) throws(ModelError) {
    let json: JSON
    do {
      json = try JSON(parsing: bytes)
    } catch {
      throw .configuration(member: "the file", reason: "is not JSON (\(error))")
    }
    let root = try ConfigurationObject(
      json, path: "",
      members: [
        "format", "name", "version", "random_weights", "dimensions", "recipe", "prompt_template",
        "special_tokens", "provenance",
      ], optional: ["domain"])
    let format = try root.string("format")
    guard format == Self.format else {
      throw .configuration(member: "format", reason: "is \(format), wanted \(Self.format)")
    }
    let dimensions = try root.object(
      "dimensions", members: ["embedding", "bank", "vision", "text"])
    name = try root.string("name")
    version = try root.string("version")
    hasRandomWeights = try root.bool("random_weights")
    note = try Self.note(in: json)
    embedding = try dimensions.dimension("embedding", limit: 8192)
    bank = try dimensions.dimension("bank", limit: 1 << 20)
    vision = try Vision(
      dimensions.object(
        "vision", members: ["depth", "heads", "hidden", "patch", "position_grid"]))
    text = try Text(
      dimensions.object(
        "text",
        members: [
          "depth", "heads", "hidden", "vocabulary", "positions", "token_types", "max_tokens",
          "pooled_layers",
        ]))
    recipe = try Recipe(
      root.object(
        "recipe",
        members: [
          "version", "orientation", "spacing_mm", "shape", "outside_hu", "pad_hu", "clip_hu",
          "divisor", "mean", "std", "integer_hu",
        ]))
    promptTemplate = try root.string("prompt_template")
    specialTokens = try SpecialTokens(
      root.object("special_tokens", members: ["padding", "unknown", "start", "end"]))
    if let object = try root.optionalObject(
      "domain", members: ["name", "about", "layers", "axes"])
    {
      domain = try Domain(object, depth: vision.depth, width: embedding)
    } else {
      domain = nil
    }
    try requireConsistency()
  }

  /// Reads the note of `provenance`, which responses repeat; other members are for people.
  private static func note(in json: JSON) throws(ModelError) -> String {
    guard case .object(let root) = json, case .object(let provenance)? = root["provenance"] else {
      throw .configuration(member: "provenance", reason: "is not an object")
    }
    guard let value = provenance["note"] else { return "" }
    guard case .string(let note) = value, note.unicodeScalars.count <= 500,
      !note.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw .configuration(
        member: "provenance.note", reason: "is not a text of up to 500 printable characters")
    }
    return note
  }

  private func requireConsistency() throws(ModelError) {
    for (member, heads) in [("vision", vision.heads), ("text", text.heads)]
    where !embedding.isMultiple(of: heads) {
      throw .configuration(
        member: "dimensions.\(member).heads", reason: "\(heads) does not divide \(embedding)")
    }
    guard text.pooledLayers <= text.depth + 1 else {
      throw .configuration(
        member: "dimensions.text.pooled_layers",
        reason: "is \(text.pooledLayers), there are \(text.depth + 1) hidden states")
    }
    guard text.maximumTokens >= 3, text.maximumTokens <= text.positions else {
      throw .configuration(
        member: "dimensions.text.max_tokens",
        reason: "is \(text.maximumTokens), wanted 3 to \(text.positions)")
    }
    for axis in 0..<3 where !recipe.shape[axis].isMultiple(of: vision.patch[axis]) {
      throw .configuration(
        member: "recipe.shape",
        reason: "\(recipe.shape[axis]) is not a multiple of the patch's \(vision.patch[axis])")
    }
    try requireModestSize()
    guard promptTemplate.split(separator: "{term}", omittingEmptySubsequences: false).count == 2
    else {
      throw .configuration(member: "prompt_template", reason: "needs {term} exactly once")
    }
  }
}

extension ModelConfiguration {
  /// Limits of voxels in a patch and patches in a volume: beyond them one pass would need tens of
  /// GB.
  private static let patchVoxelLimit = 1 << 16
  private static let patchLimit = 1 << 18

  private func requireModestSize() throws(ModelError) {
    let voxels = vision.patch.reduce(1, *)
    guard voxels <= Self.patchVoxelLimit else {
      throw .configuration(
        member: "dimensions.vision.patch",
        reason: "has \(voxels) voxels, at most \(Self.patchVoxelLimit) are supported")
    }
    let patches = zip(recipe.shape, vision.patch).reduce(1) { $0 * ($1.0 / $1.1) }
    guard patches <= Self.patchLimit else {
      throw .configuration(
        member: "recipe.shape",
        reason: "has \(patches) patches, at most \(Self.patchLimit) are supported")
    }
  }
}

extension ModelConfiguration.Vision {
  fileprivate init(_ object: ConfigurationObject) throws(ModelError) {
    depth = try object.dimension("depth", limit: 128)
    heads = try object.dimension("heads", limit: 256)
    hidden = try object.dimension("hidden", limit: 1 << 16)
    patch = try object.dimensions("patch", limit: 256)
    positionGrid = try object.dimensions("position_grid", limit: 256)
  }
}

extension ModelConfiguration.Text {
  fileprivate init(_ object: ConfigurationObject) throws(ModelError) {
    depth = try object.dimension("depth", limit: 128)
    heads = try object.dimension("heads", limit: 256)
    hidden = try object.dimension("hidden", limit: 1 << 16)
    vocabulary = try object.dimension("vocabulary", limit: 1 << 20)
    positions = try object.dimension("positions", limit: 1 << 16)
    tokenTypes = try object.dimension("token_types", limit: 16)
    maximumTokens = try object.dimension("max_tokens", limit: 1 << 12)
    pooledLayers = try object.dimension("pooled_layers", limit: 129)
  }
}

extension ModelConfiguration.Recipe {
  fileprivate init(_ object: ConfigurationObject) throws(ModelError) {
    version = try object.dimension("version", limit: 1 << 20)
    orientation = try object.string("orientation")
    spacing = try object.numbers("spacing_mm", count: 3)
    shape = try object.dimensions("shape", limit: 1 << 12)
    outside = try object.number("outside_hu")
    padding = try object.number("pad_hu")
    clip = try object.numbers("clip_hu", count: 2)
    divisor = try object.number("divisor")
    mean = try object.number("mean")
    standardDeviation = try object.number("std")
    truncatesToWholeHU = try object.bool("integer_hu")
  }
}

extension ModelConfiguration.Domain {
  fileprivate init(
    _ object: ConfigurationObject, depth: Int, width: Int
  ) throws(ModelError) {
    name = try object.line("name", limit: 64)
    about = try object.line("about", limit: 200)
    layers = try object.ascending("layers", in: 0..<depth)
    axes = try object.dimension("axes", limit: layers.count * 2 * width)
  }
}

extension ModelConfiguration.SpecialTokens {
  fileprivate init(_ object: ConfigurationObject) throws(ModelError) {
    padding = try object.string("padding")
    unknown = try object.string("unknown")
    start = try object.string("start")
    end = try object.string("end")
  }
}
