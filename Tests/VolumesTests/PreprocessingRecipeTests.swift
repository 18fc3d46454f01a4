import Testing

@testable import Volumes

@Suite("Preprocessing recipe") struct PreprocessingRecipeTests {
  static let published = (spacing: [1.5, 1.5, 3.0], shape: [256, 256, 128])

  static func recipe(
    spacing: [Double] = published.spacing, shape: [Int] = published.shape,
    _ change: (inout PreprocessingRecipe.Intensity) -> Void = { _ in }
  ) throws -> PreprocessingRecipe {
    var intensity = PreprocessingRecipe.Intensity()
    change(&intensity)
    return try PreprocessingRecipe(spacing: spacing, shape: shape, intensity: intensity)
  }

  @Test("has the contract's identifier") func identifier() throws {
    #expect(try Self.recipe().identifier == "lps/1.5x1.5x3.0/256x256x128/-1000..1000@1")
    let other = try Self.recipe(spacing: [0.75, 6, 12], shape: [1, 2, 3]) { $0.clipLower = -0.5 }
    #expect(other.identifier == "lps/0.75x6.0x12.0/1x2x3/-0.5..1000@1")
  }

  @Test("changes its identifier with every number") func everyNumber() throws {
    let recipes = try [
      Self.recipe(), Self.recipe(spacing: [1.5, 3, 1.5]), Self.recipe(shape: [256, 128, 256]),
      Self.recipe { $0.outside = -1 }, Self.recipe { $0.pad = -1 }, Self.recipe { $0.scale = 1001 },
      Self.recipe { $0.clipLower = -1001 }, Self.recipe { $0.clipUpper = 1001 },
      Self.recipe { $0.mean = 0.5 }, Self.recipe { $0.deviation = 0.25 },
      Self.recipe { $0.integerHU = true },
    ]
    #expect(Set(recipes.map(\.identifier)).count == recipes.count)
  }

  @Test("names the field that cannot be") func validation() {
    typealias Make = () throws -> PreprocessingRecipe
    let cases: [(RecipeError.Field, Make)] = [
      (.spacing, { try Self.recipe(spacing: [1, 1]) }),
      (.spacing, { try Self.recipe(spacing: [1, 1, 0]) }),
      (.spacing, { try Self.recipe(spacing: [1, .nan, 1]) }),
      (.spacing, { try Self.recipe(spacing: [1, .infinity, 1]) }),
      (.shape, { try Self.recipe(shape: []) }),
      (.shape, { try Self.recipe(shape: [0, 1, 1]) }),
      (.shape, { try Self.recipe(shape: [1025, 1, 1]) }),
      (.shape, { try Self.recipe(shape: [1024, 1024, 129]) }),
      (.outside, { try Self.recipe { $0.outside = .nan } }),
      (.pad, { try Self.recipe { $0.pad = -1e9 } }),
      (.clip, { try Self.recipe { $0.clipLower = 1000 } }),
      (.clip, { try Self.recipe { $0.clipUpper = .infinity } }),
      (.scale, { try Self.recipe { $0.scale = 0 } }),
      (.mean, { try Self.recipe { $0.mean = .nan } }),
      (.deviation, { try Self.recipe { $0.deviation = -1 } }),
    ]
    for (field, make) in cases {
      #expect(throws: RecipeError(field: field), "\(field)") { try make() }
    }
    #expect(throws: Never.self) { try Self.recipe(shape: [1024, 1024, 128]) }
  }
}
