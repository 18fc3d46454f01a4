internal import StrictJSON

extension ModelConfiguration {
  /// The required value of the member `format`.
  static let format = "brgsa-model/1"

  /// Parses `config.json`.
  ///
  /// - Throws: ``ModelError/configuration(member:reason:)``, which names the first missing, unknown or invalid member.
  init(parsing bytes: [UInt8]) throws(ModelError) {
    let root = try ConfigurationReader(parsing: bytes).object(
      required: [
        "format", "name", "version", "random_weights", "dimensions", "recipe", "prompt_template",
        "special_tokens", "provenance",
      ], optional: ["domain"])
    let format = try root.member("format").word()
    guard format == Self.format else {
      throw .configuration(member: "format", reason: "is \(format), wanted \(Self.format)")
    }
    let dimensions = try root.member("dimensions").object(
      required: ["embedding", "bank", "vision", "text"])
    name = try root.member("name").word()
    version = try root.member("version").word()
    hasRandomWeights = try root.member("random_weights").bool()
    // The program ignores the members of `provenance` except for the note, which responses repeat.
    let provenance = try root.member("provenance")
    guard provenance.json.object != nil else { throw provenance.unfit("an object") }
    note = try provenance["note"]?.line(of: 0...500) ?? ""
    embedding = try dimensions.member("embedding").dimension(limit: 8192)
    bank = try dimensions.member("bank").dimension(limit: 1 << 20)
    vision = try Vision(
      dimensions.member("vision").object(
        required: ["depth", "heads", "hidden", "patch", "position_grid"]))
    text = try Text(
      dimensions.member("text").object(
        required: [
          "depth", "heads", "hidden", "vocabulary", "positions", "token_types", "max_tokens",
          "pooled_layers",
        ]))
    recipe = try Recipe(
      root.member("recipe").object(
        required: [
          "version", "orientation", "spacing_mm", "shape", "outside_hu", "pad_hu", "clip_hu",
          "divisor", "mean", "std", "integer_hu",
        ]))
    promptTemplate = try root.member("prompt_template").word()
    specialTokens = try SpecialTokens(
      root.member("special_tokens").object(required: ["padding", "unknown", "start", "end"]))
    if let object = try root["domain"]?.object(required: ["name", "about", "layers", "axes"]) {
      domain = try Domain(object, depth: vision.depth, width: embedding)
    } else {
      domain = nil
    }
    try requireConsistency()
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
        reason: "is \(text.maximumTokens), but must be 3 to \(text.positions)")
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
  /// The largest number of voxels in a patch. ``patchLimit`` is the largest number of patches in a volume. A larger
  /// model would need tens of gigabytes to encode a volume.
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
  fileprivate init(_ object: ConfigurationReader) throws(ModelError) {
    depth = try object.member("depth").dimension(limit: 128)
    heads = try object.member("heads").dimension(limit: 256)
    hidden = try object.member("hidden").dimension(limit: 1 << 16)
    patch = try object.member("patch").dimensions(limit: 256)
    positionGrid = try object.member("position_grid").dimensions(limit: 256)
  }
}

extension ModelConfiguration.Text {
  fileprivate init(_ object: ConfigurationReader) throws(ModelError) {
    depth = try object.member("depth").dimension(limit: 128)
    heads = try object.member("heads").dimension(limit: 256)
    hidden = try object.member("hidden").dimension(limit: 1 << 16)
    vocabulary = try object.member("vocabulary").dimension(limit: 1 << 20)
    positions = try object.member("positions").dimension(limit: 1 << 16)
    tokenTypes = try object.member("token_types").dimension(limit: 16)
    maximumTokens = try object.member("max_tokens").dimension(limit: 1 << 12)
    pooledLayers = try object.member("pooled_layers").dimension(limit: 129)
  }
}

extension ModelConfiguration.Recipe {
  fileprivate init(_ object: ConfigurationReader) throws(ModelError) {
    version = try object.member("version").dimension(limit: 1 << 20)
    orientation = try object.member("orientation").word()
    spacing = try object.member("spacing_mm").numbers(count: 3)
    shape = try object.member("shape").dimensions(limit: 1 << 12)
    outside = try object.member("outside_hu").number()
    padding = try object.member("pad_hu").number()
    clip = try object.member("clip_hu").numbers(count: 2)
    divisor = try object.member("divisor").number()
    mean = try object.member("mean").number()
    standardDeviation = try object.member("std").number()
    truncatesToWholeHU = try object.member("integer_hu").bool()
  }
}

extension ModelConfiguration.Domain {
  fileprivate init(
    _ object: ConfigurationReader, depth: Int, width: Int
  ) throws(ModelError) {
    name = try object.member("name").line(of: 1...64)
    about = try object.member("about").line(of: 1...200)
    layers = try object.member("layers").ascending(in: 0..<depth)
    axes = try object.member("axes").dimension(limit: layers.count * 2 * width)
  }
}

extension ModelConfiguration.SpecialTokens {
  fileprivate init(_ object: ConfigurationReader) throws(ModelError) {
    padding = try object.member("padding").word()
    unknown = try object.member("unknown").word()
    start = try object.member("start").word()
    end = try object.member("end").word()
  }
}
