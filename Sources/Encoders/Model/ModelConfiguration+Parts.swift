internal import StrictJSON

/// Reads the format that describes a model by its parts.
extension ModelConfiguration {
  init(second document: ConfigurationReader) throws(ModelError) {
    let root = try document.object(
      required: [
        "format", "family", "name", "version", "random_weights", "embedding", "vision", "text",
        "score", "prompts", "recipe", "special_tokens", "provenance",
      ], optional: ["bank", "domain"], nullable: ["bank", "domain"])
    family = try root.member("family").line(of: 1...32)
    name = try root.member("name").word()
    version = try root.member("version").word()
    hasRandomWeights = try root.member("random_weights").bool()
    (provenance, note) = try Provenance.read(root.member("provenance"))
    embedding = try root.member("embedding").dimension(limit: Self.widthLimit)
    bank = try root["bank"]?.dimension(limit: Self.bankLimit)
    vision = try Vision(root.member("vision"))
    text = try Text(root.member("text"))
    score = try ScoreRule(root.member("score"))
    recipe = try Recipe(
      root.member("recipe").object(
        required: [
          "version", "orientation", "resampling", "spacing_mm", "shape", "outside_hu", "pad_hu",
          "crop_before", "clip_hu", "offset_hu", "divisor", "mean", "std", "integer_hu",
        ]))
    prompts = try Prompts(root.member("prompts"), needsNegatives: score.form == .pairSoftmax)
    specialTokens = try SpecialTokens(
      root.member("special_tokens").object(required: ["padding", "unknown", "start", "end"]))
    if let object = try root["domain"]?.object(required: ["name", "about", "layers", "axes"]) {
      domain = try Domain(object, depth: vision.depth, width: vision.width)
    } else {
      domain = nil
    }
  }
}

/// The values of members that name a part. The service supports only these.
private enum Part {
  enum Input: String, CaseIterable { case volume }
  enum Positions: String, CaseIterable { case table }
  enum Axis: String, CaseIterable { case z }
  enum VisionPooling: String, CaseIterable { case classToken = "class_token" }
  enum Maps: String, CaseIterable { case none, head }
  enum Head: String, CaseIterable {
    case linear
    case withoutBias = "linear_without_bias"
  }
  enum TextPooling: String, CaseIterable {
    case sum
    case classToken = "class_token"
  }
}

extension ModelConfiguration.Vision {
  fileprivate init(_ member: ConfigurationReader) throws(ModelError) {
    let object = try member.object(
      required: [
        "input", "width", "depth", "heads", "hidden", "patch", "positions", "norm_epsilon",
        "final_norm_epsilon", "pooling", "head", "maps",
      ], optional: ["partition"], nullable: ["partition"])
    _ = try object.member("input").option(Part.Input.self)
    width = try object.member("width").dimension(limit: ModelConfiguration.widthLimit)
    depth = try object.member("depth").dimension(limit: Self.depthLimit)
    heads = try object.member("heads").dimension(limit: Self.headLimit)
    hidden = try object.member("hidden").dimension(limit: Self.hiddenLimit)
    patch = try object.member("patch").dimensions(limit: Self.edgeLimit)
    let kind = try object.member("positions").member("kind").option(Part.Positions.self)
    let positions = try object.member("positions").object(required: ["kind", "grid"])
    switch kind {
    case .table: positionGrid = try positions.member("grid").dimensions(limit: Self.edgeLimit)
    }
    if let slabs = try object["partition"]?.object(required: ["axis", "joined_blocks"]) {
      _ = try slabs.member("axis").option(Part.Axis.self)
      partition = ModelConfiguration.Partition(
        joinedBlocks: try slabs.member("joined_blocks").ascending(in: 0..<depth))
    } else {
      partition = nil
    }
    normEpsilon = try object.member("norm_epsilon").epsilon()
    finalNormEpsilon = try object.member("final_norm_epsilon").epsilon()
    _ = try object.member("pooling").option(Part.VisionPooling.self)
    headHasBias = try object.member("head").option(Part.Head.self) == .linear
    embedsPatches = try object.member("maps").option(Part.Maps.self) == .head
  }
}

extension ModelConfiguration.Text {
  fileprivate init(_ member: ConfigurationReader) throws(ModelError) {
    let object = try member.object(
      required: [
        "cleaning", "width", "depth", "heads", "hidden", "vocabulary", "positions", "token_types",
        "max_tokens", "pooling", "head",
      ], optional: ["pooled_layers"])
    let pooling: ModelConfiguration.TextPooling
    switch try object.member("pooling").option(Part.TextPooling.self) {
    case .sum:
      pooling = .sum(layers: try object.member("pooled_layers").dimension(limit: Self.layerLimit))
    case .classToken:
      if let layers = object["pooled_layers"] { throw layers.unfit("used with class_token") }
      pooling = .classToken
    }
    try self.init(
      object, width: object.member("width").dimension(limit: ModelConfiguration.widthLimit),
      cleaning: object.member("cleaning").option(ModelConfiguration.Cleaning.self),
      pooling: pooling,
      headHasBias: object.member("head").option(Part.Head.self) == .linear)
  }
}

extension ModelConfiguration.ScoreRule {
  fileprivate init(_ object: ConfigurationReader) throws(ModelError) {
    switch try object.member("kind").option(Form.self) {
    case .meanCosine:
      _ = try object.object(required: ["kind"])
      self = .meanCosine
    case .pairSoftmax:
      let scale = try object.object(required: ["kind", "scale"]).member("scale")
      self = .pairSoftmax(
        scale: try scale.value("a number greater than 0, at most 10000") { json in
          json.number.flatMap { $0 > 0 && $0 <= 10_000 ? $0 : nil }
        })
    }
  }
}

extension ModelConfiguration.Prompts {
  /// The limits of the sets. They bound what a configuration can make the service hold.
  private static let setLimit = 32
  private static let promptLimit = 1000

  fileprivate init(
    _ member: ConfigurationReader, needsNegatives: Bool
  ) throws(ModelError) {
    let object = try member.object(
      required: ["template", "sets"], optional: ["negative_template"],
      nullable: ["negative_template"])
    template = try object.member("template").line(of: 1...200)
    try ModelConfiguration.requireTerm(in: template, member: "prompts.template")
    negativeTemplate = try object["negative_template"]?.line(of: 1...200)
    if let negativeTemplate {
      try ModelConfiguration.requireTerm(in: negativeTemplate, member: "prompts.negative_template")
    }
    guard negativeTemplate != nil || !needsNegatives else {
      throw .configuration(member: "prompts.negative_template", reason: "is missing")
    }
    let lists = try object.member("sets").elements()
    guard lists.count <= Self.setLimit else {
      throw try object.member("sets").unfit("a list of at most \(Self.setLimit) sets")
    }
    var sets: [ModelConfiguration.PromptList] = []
    for list in lists {
      let entry = try list.object(required: ["name", "prompts"])
      let name = try entry.member("name").setName()
      guard !sets.contains(where: { $0.name == name }) else {
        throw try entry.member("name").unfit("a name of its own")
      }
      let readers = try entry.member("prompts").elements()
      guard (1...Self.promptLimit).contains(readers.count) else {
        throw try entry.member("prompts").unfit("a list of 1 to \(Self.promptLimit) prompts")
      }
      var prompts: [ModelConfiguration.Wording] = []
      for reader in readers {
        prompts.append(try ModelConfiguration.Wording(reader, needsNegative: needsNegatives))
      }
      sets.append(ModelConfiguration.PromptList(name: name, prompts: prompts))
    }
    self.sets = sets
  }
}

extension ConfigurationReader {
  /// Returns the name of a prompt set. It must be usable in a path of the service.
  fileprivate func setName() throws(ModelError) -> String {
    try value("1 to 64 of a–z, 0–9 and hyphen, not starting with a hyphen") { json in
      json.text.flatMap { name in
        let isSpelled = name.unicodeScalars.allSatisfy { scalar in
          ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-"
        }
        return isSpelled && (1...64).contains(name.utf8.count) && !name.hasPrefix("-") ? name : nil
      }
    }
  }
}

extension ModelConfiguration.Wording {
  fileprivate init(_ member: ConfigurationReader, needsNegative: Bool) throws(ModelError) {
    let object = try member.object(
      required: ["label", "text"] + (needsNegative ? ["negative"] : []),
      optional: needsNegative ? [] : ["negative"])
    label = try object.member("label").line(of: 1...200)
    text = try object.member("text").line(of: 1...500)
    negative = try object["negative"]?.line(of: 1...500)
  }
}

extension ModelConfiguration.Provenance {
  /// Reads the origin of the weights and the note for responses. Members that are not named here are ignored.
  static func read(
    _ member: ConfigurationReader
  ) throws(ModelError) -> (ModelConfiguration.Provenance, note: String) {
    guard member.json.object != nil else { throw member.unfit("an object") }
    func line(_ key: String) throws(ModelError) -> String {
      try member[key]?.line(of: 0...500) ?? ""
    }
    let provenance = ModelConfiguration.Provenance(
      source: try line("source"), sourceSHA256: try line("source_sha256"),
      sourceURL: try line("source_url"), license: try line("license"),
      licenseURL: try line("license_url"), trainingData: try line("training_data"),
      trainingDataLicense: try line("training_data_license"),
      intendedUse: try line("intended_use"))
    return (provenance, try line("note"))
  }
}
