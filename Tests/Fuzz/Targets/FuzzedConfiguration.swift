import Inference
import Volumes

@testable import Encoders

/// A model's `config.json`, in either format.
struct FuzzedConfiguration {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func check() throws(BrokenLaw) {
    guard let model = try? ModelConfiguration(parsing: bytes) else { return }
    let (vision, text) = (model.vision, model.text)
    try demand(vision.width.isMultiple(of: vision.heads), "\(vision.heads) heads of vision")
    try demand(text.width.isMultiple(of: text.heads), "\(text.heads) heads of text")
    try demand((3...text.positions).contains(text.maximumTokens), "\(text.maximumTokens) tokens")
    try demand(
      zip(model.recipe.shape, vision.patch).allSatisfy { $0.isMultiple(of: $1) },
      "\(model.recipe.shape) in patches of \(vision.patch)")
    let joined = vision.partition?.joinedBlocks ?? []
    try demand(joined.allSatisfy { (0..<vision.depth).contains($0) }, "blocks \(joined)")
    let templates = [model.prompts.template, model.prompts.negativeTemplate].compactMap(\.self)
    try demand(templates.allSatisfy { $0.contains("{term}") }, "\(templates)")
    if model.score.form == .pairSoftmax {
      try demand(templates.count == 2, "pairs without a second template")
      let wordings = model.prompts.sets.flatMap(\.prompts)
      try demand(wordings.allSatisfy { $0.negative != nil }, "a pair without its second text")
    }
    try demand(
      Set(model.prompts.sets.map(\.name)).count == model.prompts.sets.count, "a set comes twice")
    _ = try? PreprocessingRecipe(model)
    let template = PromptTemplate(model.prompts)
    let prompt = Prompt("no effusion", template: template)
    try demand(
      (prompt.negative != nil) == (model.prompts.negativeTemplate != nil), "a lone sentence")
  }
}
