internal import StrictJSON

extension ModelConfiguration {
  /// The supported values of the member `format`.
  enum Format: String, CaseIterable {
    /// Describes BrgSA only.
    case first = "brgsa-model/1"
    /// Describes a model by its parts.
    case second = "brgsa-model/2"
  }

  /// Parses `config.json`.
  ///
  /// - Throws: ``ModelError/configuration(member:reason:)``, which names the first missing, unknown or invalid member.
  init(parsing bytes: [UInt8]) throws(ModelError) {
    let root = try ConfigurationReader(parsing: bytes)
    guard root.json.object != nil else { throw root.unfit("an object") }
    switch try root.member("format").option(Format.self) {
    case .first:
      try self.init(first: root)
      try requireConsistency(in: "dimensions.")
      try Self.requireTerm(in: prompts.template, member: "prompt_template")
    case .second:
      try self.init(second: root)
      try requireConsistency(in: "")
    }
  }

  /// Reads the format that describes BrgSA only.
  private init(first document: ConfigurationReader) throws(ModelError) {
    let root = try document.object(
      required: [
        "format", "name", "version", "random_weights", "dimensions", "recipe", "prompt_template",
        "special_tokens", "provenance",
      ], optional: ["domain"])
    let dimensions = try root.member("dimensions").object(
      required: ["embedding", "bank", "vision", "text"])
    name = try root.member("name").word()
    version = try root.member("version").word()
    hasRandomWeights = try root.member("random_weights").bool()
    family = "brgsa"
    (provenance, note) = try Provenance.read(root.member("provenance"))
    embedding = try dimensions.member("embedding").dimension(limit: Self.widthLimit)
    bank = try dimensions.member("bank").dimension(limit: Self.bankLimit)
    vision = try Vision(
      first: dimensions.member("vision").object(
        required: ["depth", "heads", "hidden", "patch", "position_grid"]), width: embedding)
    text = try Text(
      first: dimensions.member("text").object(
        required: [
          "depth", "heads", "hidden", "vocabulary", "positions", "token_types", "max_tokens",
          "pooled_layers",
        ]), width: embedding)
    score = .meanCosine
    recipe = try Recipe(
      root.member("recipe").object(
        required: [
          "version", "orientation", "spacing_mm", "shape", "outside_hu", "pad_hu", "clip_hu",
          "divisor", "mean", "std", "integer_hu",
        ]))
    prompts = Prompts(
      template: try root.member("prompt_template").word(), negativeTemplate: nil, sets: [])
    specialTokens = try SpecialTokens(
      root.member("special_tokens").object(required: ["padding", "unknown", "start", "end"]))
    if let object = try root["domain"]?.object(required: ["name", "about", "layers", "axes"]) {
      domain = try Domain(object, depth: vision.depth, width: vision.width)
    } else {
      domain = nil
    }
  }

  static let widthLimit = 8192
  static let bankLimit = 1 << 20

  /// - Parameter place: The path of the objects `vision` and `text`, for errors.
  private func requireConsistency(in place: String) throws(ModelError) {
    for (member, heads, width) in [
      ("vision", vision.heads, vision.width), ("text", text.heads, text.width),
    ] where !width.isMultiple(of: heads) {
      throw .configuration(
        member: "\(place)\(member).heads", reason: "\(heads) does not divide \(width)")
    }
    if case .sum(let layers) = text.pooling, layers > text.depth + 1 {
      throw .configuration(
        member: "\(place)text.pooled_layers",
        reason: "is \(layers), there are \(text.depth + 1) hidden states")
    }
    guard text.maximumTokens >= 3, text.maximumTokens <= text.positions else {
      throw .configuration(
        member: "\(place)text.max_tokens",
        reason: "is \(text.maximumTokens), but must be 3 to \(text.positions)")
    }
    for axis in 0..<3 where !recipe.shape[axis].isMultiple(of: vision.patch[axis]) {
      throw .configuration(
        member: "recipe.shape",
        reason: "\(recipe.shape[axis]) is not a multiple of the patch's \(vision.patch[axis])")
    }
    try requireModestSize(in: place)
  }

  /// Requires that a template contains `{term}` exactly once.
  static func requireTerm(in template: String, member: String) throws(ModelError) {
    guard template.split(separator: "{term}", omittingEmptySubsequences: false).count == 2 else {
      throw .configuration(member: member, reason: "needs {term} exactly once")
    }
  }
}

extension ModelConfiguration {
  /// The largest number of voxels in a patch. ``patchLimit`` is the largest number of patches in a volume. A larger
  /// model would need tens of gigabytes to encode a volume.
  private static let patchVoxelLimit = 1 << 16
  private static let patchLimit = 1 << 18

  private func requireModestSize(in place: String) throws(ModelError) {
    let voxels = vision.patch.reduce(1, *)
    guard voxels <= Self.patchVoxelLimit else {
      throw .configuration(
        member: "\(place)vision.patch",
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
  fileprivate init(first object: ConfigurationReader, width: Int) throws(ModelError) {
    self.width = width
    depth = try object.member("depth").dimension(limit: Self.depthLimit)
    heads = try object.member("heads").dimension(limit: Self.headLimit)
    hidden = try object.member("hidden").dimension(limit: Self.hiddenLimit)
    patch = try object.member("patch").dimensions(limit: Self.edgeLimit)
    positionGrid = try object.member("position_grid").dimensions(limit: Self.edgeLimit)
    partition = nil
    // timm's vision transformer uses 1e-6 in its blocks. The norm after BrgSA's last block uses PyTorch's default.
    normEpsilon = 1e-6
    finalNormEpsilon = 1e-5
    headHasBias = true
    embedsPatches = true
  }

  static let depthLimit = 128
  static let headLimit = 256
  static let hiddenLimit = 1 << 16
  static let edgeLimit = 256
}

extension ModelConfiguration.Text {
  fileprivate init(first object: ConfigurationReader, width: Int) throws(ModelError) {
    try self.init(
      object, width: width, cleaning: .sentences,
      pooling: .sum(layers: object.member("pooled_layers").dimension(limit: Self.layerLimit)),
      headHasBias: true)
  }

  /// Reads the dimensions that all text encoders have.
  init(
    _ object: ConfigurationReader, width: Int, cleaning: ModelConfiguration.Cleaning,
    pooling: ModelConfiguration.TextPooling, headHasBias: Bool
  ) throws(ModelError) {
    self.cleaning = cleaning
    self.width = width
    depth = try object.member("depth").dimension(limit: 128)
    heads = try object.member("heads").dimension(limit: 256)
    hidden = try object.member("hidden").dimension(limit: 1 << 16)
    vocabulary = try object.member("vocabulary").dimension(limit: 1 << 20)
    positions = try object.member("positions").dimension(limit: 1 << 16)
    tokenTypes = try object.member("token_types").dimension(limit: 16)
    maximumTokens = try object.member("max_tokens").dimension(limit: 1 << 12)
    self.pooling = pooling
    self.headHasBias = headHasBias
  }

  static let layerLimit = 129
}

extension ModelConfiguration.Recipe {
  /// Reads a recipe of either format. The first format lacks some members, whose values are those of BrgSA.
  init(_ object: ConfigurationReader) throws(ModelError) {
    version = try object.member("version").dimension(limit: 1 << 20)
    orientation = try object.member("orientation").word()
    resampling = try object["resampling"]?.word() ?? "itk"
    spacing = try object.member("spacing_mm").numbers(count: 3)
    shape = try object.member("shape").dimensions(limit: 1 << 12)
    outside = try object.member("outside_hu").number()
    padding = try object.member("pad_hu").number()
    cropBefore = try object["crop_before"]?.word() ?? "ceil"
    clip = try object.member("clip_hu").numbers(count: 2)
    offset = try object["offset_hu"]?.number() ?? 0
    divisor = try object.member("divisor").number()
    mean = try object.member("mean").number()
    standardDeviation = try object.member("std").number()
    truncatesToWholeHU = try object.member("integer_hu").bool()
  }
}

extension ModelConfiguration.Domain {
  init(
    _ object: ConfigurationReader, depth: Int, width: Int
  ) throws(ModelError) {
    name = try object.member("name").line(of: 1...64)
    about = try object.member("about").line(of: 1...200)
    layers = try object.member("layers").ascending(in: 0..<depth)
    axes = try object.member("axes").dimension(limit: layers.count * 2 * width)
  }
}

extension ModelConfiguration.SpecialTokens {
  init(_ object: ConfigurationReader) throws(ModelError) {
    padding = try object.member("padding").word()
    unknown = try object.member("unknown").word()
    start = try object.member("start").word()
    end = try object.member("end").word()
  }
}
