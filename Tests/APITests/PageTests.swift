import Foundation
import Testing

@testable import API

/// What can be said of the pages without a browser; `make test-slow` looks at them in one.
@Suite struct PageTests {
  private struct Scheme: CustomTestStringConvertible {
    let name: String
    let colors: [String: String]
    var testDescription: String { name }

    /// WCAG's relative luminance of a colour variable.
    func luminance(_ variable: String) throws -> Double {
      var digits = try #require(colors[variable], "\(name) has no --\(variable)").dropFirst()
      if digits.count == 3 {
        digits = digits.flatMap { [$0, $0] }.reduce("") { $0 + String($1) }[...]
      }
      let value = try #require(Int(digits, radix: 16))
      let parts = [16, 8, 0].map { shift -> Double in
        let part = Double(value >> shift & 255) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    func contrast(_ first: String, _ second: String) throws -> Double {
      let (a, b) = (try luminance(first), try luminance(second))
      return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }
  }

  private let page = Self.text(BuiltInFile.index, of: ["app", "search", "viewer"])
  private let worklist = Self.text(BuiltInFile.worklist, of: ["worklist"])
  private let compare = Self.text(BuiltInFile.compare, of: ["compare"])
  private let docs = Self.text(BuiltInFile.docs, of: ["docs"])

  /// A page and the modules and stylesheets in these folders.
  private static func text(_ html: [UInt8], of folders: [String]) -> String {
    let files = BuiltInFile.pageFiles.values.filter { file in
      folders.contains { file.path.hasPrefix("\($0)/") }
    }
    return ([html] + files.sorted { $0.path < $1.path }.map(\.content))
      .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }

  /// The variables of each `:root` block, over those of the light scheme.
  private func schemes(_ html: String) -> [Scheme] {
    var light: [String: String] = [:]
    return html.matches(of: /:root \{([^}]*)\}/).enumerated().map { index, block in
      var colors = light
      for pair in block.1.matches(of: /--([a-z-]+): (#[0-9a-f]+);/) {
        colors[String(pair.1)] = String(pair.2)
      }
      if index == 0 { light = colors }
      return Scheme(name: ["light", "dark", "print"][index], colors: colors)
    }
  }

  @Test func theThresholdsMarkStandsOutFromBarsAndGround() throws {
    let found = schemes(page)
    #expect(found.map(\.name) == ["light", "dark", "print"])
    #expect(page.contains(/\.bars \.threshold \{[^}]*background: var\(--mark\)/))
    #expect(page.contains(/\.bar \{[^}]*background: var\(--score\)/))
    for scheme in found {
      for ground in ["score", "track"] {
        #expect(try scheme.contrast("mark", ground) >= 3, "\(scheme.name): mark on \(ground)")
      }
      for ground in ["track", "card"] {
        #expect(try scheme.contrast("score", ground) >= 3, "\(scheme.name): score on \(ground)")
      }
    }
  }

  @Test func theCrosshairStandsOutFromBlackAndWhite() throws {
    let light = try #require(schemes(page).first)
    #expect(light.colors["mark"] == "#000" && light.colors["card"] == "#fff")
    for ground in ["mark", "card"] {
      #expect(try light.contrast("crosshair", ground) >= 3, "\(ground)")
    }
  }

  @Test func textsAndEdgesStandOutFromTheirGround() throws {
    let texts = [
      ("ink", "ground"), ("ink", "card"), ("ink", "track"), ("quiet", "ground"), ("quiet", "card"),
      ("accent", "ground"), ("accent", "card"), ("on-accent", "accent"), ("bad", "card"),
    ]
    let onlyPage = [
      ("ink", "bad-ground"), ("quiet", "bad-ground"), ("accent", "bad-ground"),
      ("bad", "bad-ground"),
      ("ink", "warn-ground"), ("accent", "warn-ground"), ("warn", "warn-ground"), ("warn", "card"),
    ]
    for (html, pairs) in [(page, texts + onlyPage), (docs, texts + [("write", "card")])] {
      let found = schemes(html)
      #expect(found.count >= 2)
      for scheme in found {
        for (text, ground) in pairs {
          #expect(try scheme.contrast(text, ground) >= 4.5, "\(scheme.name): \(text) on \(ground)")
        }
        #expect(try scheme.contrast("edge", "card") >= 3, "\(scheme.name): edge")
      }
    }
  }

  @Test func statesForScreenReadersHaveValues() {
    for html in [page, worklist, compare, docs] {
      #expect(!html.contains(/aria-[a-z]+(?:=""|(?=[\s>]))/), "written without a value")
      #expect(!html.contains(/'aria-[a-z]+':\s*(?:true|false|''|null)/), "made without a value")
    }
    #expect(page.contains("key.startsWith('aria-')) node.setAttribute(key, String(value))"))
  }

  @Test func whatIsOperatedHasALabel() throws {
    for html in [page, worklist, compare, docs] {
      let labelled = Set(html.matches(of: /<label[^>]* for="([a-z-]+)"/).map { String($0.1) })
      for match in html.matches(of: /<(input|select|textarea|progress)\b([^>]*)>/) {
        let attributes = String(match.2)
        let id = attributes.firstMatch(of: /id="([a-z-]+)"/).map { String($0.1) }
        // A label around it: the text before has a label that is still open.
        let before = html[..<match.range.lowerBound]
        let isInside =
          before.matches(of: /<label\b/).count > before.matches(of: /<\/label>/).count
        #expect(
          isInside || attributes.contains("aria-label") || id.map(labelled.contains) == true,
          "\(match.0)")
      }
      #expect(html.contains("<html lang=\"en\">") && html.contains("<title>"))
    }
    let made = [page, worklist, compare].joined()
    let labelled = Set(made.matches(of: /for: '([a-z-]+)'/).map { String($0.1) })
    for match in made.matches(of: /element\('(input|img|select|textarea|progress)', \{([^}]*)\}/) {
      let isNamed = match.2.contains("aria-label") || match.2.contains("alt:")
      let id = match.2.firstMatch(of: /id: '([a-z-]+)'/).map { String($0.1) } ?? ""
      // A radio button has its label around it.
      let isLabelled = labelled.contains(id) || match.2.contains("type: 'radio'")
      #expect(isNamed || isLabelled, "\(match.0)")
    }
  }
}
