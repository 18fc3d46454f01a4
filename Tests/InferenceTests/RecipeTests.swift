import Encoders
import StrictJSON
import TestSupport
import Testing
import Volumes

@testable import Archives
@testable import Inference

@Suite struct RecipeTests {
  @Test func theModelsRecipeIsTheOneInItsConfiguration() throws {
    let configuration = try ModelDirectory(Fixtures.tinyModel).configuration
    let recipe = try PreprocessingRecipe(configuration)
    #expect(recipe.identifier == "lps/6.0x6.0x12.0/64x64x32/-1000..1000@1")
  }

  @Test(
    arguments: [
      ("spacing_mm", [6, 6, 101]), ("outside_hu", 99_999), ("pad_hu", -99_999),
      ("clip_hu", [1000, -1000]),
      ("divisor", 0), ("mean", 9_999_999), ("std", 0), ("orientation", "RAS"), ("version", 2),
    ] as [(String, JSON)])
  func aRecipeThatCannotBeIsRefusedByItsMember(member: String, value: JSON) throws {
    let config = try Fixtures.json("tiny-model/config.json").setting(["recipe", member], to: value)
    let folder = try ModelFolder(replacing: ["config.json": config.bytes])
    let configuration = try ModelDirectory(folder.path).configuration
    let error = try #require(throws: ModelError.self) { try PreprocessingRecipe(configuration) }
    #expect(error.description.hasPrefix("config.json: recipe.\(member):"), "\(error)")
  }
}
