import HTTP
import Testing

@testable import API

/// The files that the pages load: their addresses, compression and caching.
@Suite struct PageFileTests {
  private func head(_ headers: Headers = [:]) -> RequestHead {
    let match = RouteMatch(pattern: "/page/{version}/{folder}/{file}", parameters: [:])
    return RequestHead(id: "12345678", method: .get, path: "/page", route: match, headers: headers)
  }

  private func file(_ path: String) throws -> PageFile {
    try #require(BuiltInFile.pageFiles.values.first { $0.path == path }, "\(path) is missing")
  }

  @Test func everyFileThatAPageNamesIsServed() throws {
    let modules = BuiltInFile.pageFiles.values.filter { $0.path.hasSuffix(".js") }
    #expect(modules.count > 20)
    for (html, name) in [(BuiltInFile.index, "index"), (BuiltInFile.docs, "docs")] {
      let text = String(decoding: html, as: UTF8.self)
      #expect(!text.contains("{{"), "\(name)")
      let named = text.matches(of: /page\/([0-9a-f]{16}\/[a-z]+\/[\w.-]+)/).map { String($0.1) }
      #expect(named.count >= 2)
      for address in named { #expect(BuiltInFile.pageFiles[address] != nil, "\(name): \(address)") }
    }
    for module in modules where !module.path.hasPrefix("niivue/") {
      let text = String(decoding: module.content, as: UTF8.self)
      let folder = module.path.split(separator: "/").first.map(String.init) ?? ""
      for match in text.matches(of: /from '(\.\.?)\/([\w\/.-]+)'/) {
        let path = match.1 == "." ? "\(folder)/\(match.2)" : String(match.2)
        let address = "\(module.version)/\(path)"
        #expect(BuiltInFile.pageFiles[address] != nil, "\(module.path) imports \(path)")
      }
    }
  }

  @Test func thePageIsSmall() throws {
    let app = BuiltInFile.pageFiles.values.filter { $0.path.hasPrefix("app/") }
    let bytes = app.reduce(BuiltInFile.index.count) { $0 + $1.content.count }
    #expect(bytes <= 120_000, "\(bytes) bytes before compression")
  }

  @Test(arguments: ["gzip", "br, gzip;q=0.5", "*", "GZIP", "deflate, gzip"])
  func compressesForClientsThatAcceptIt(_ coding: String) throws {
    for path in ["app/main.js", "app/style.css", "niivue/niivue.js"] {
      let response = try file(path).response(to: head(["Accept-Encoding": coding]))
      #expect(response.headers["Content-Encoding"] == "gzip", "\(path)")
      #expect(response.headers["Vary"] == "Accept-Encoding")
      #expect(Gzip.inflated(response.body) == (try file(path)).content)
      #expect(response.body.count < (try file(path)).content.count)
    }
  }

  @Test(arguments: ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "xgzip"])
  func sendsPlainBytesToOthers(_ coding: String) throws {
    for path in ["app/main.js", "niivue/niivue.js", "samples/phantom_4_00003.nii.gz"] {
      let headers: Headers = coding.isEmpty ? [:] : ["Accept-Encoding": coding]
      let response = try file(path).response(to: head(headers))
      #expect(response.status == 200 && response.headers["Content-Encoding"] == nil, "\(path)")
      #expect(response.body == (try file(path)).content)
    }
  }

  @Test func niiVueIsWhatItsSourceSays() throws {
    let text = String(decoding: try file("niivue/niivue.js").content, as: UTF8.self)
    #expect(text.contains(/export\{[\w$]+ as Niivue\};\n$/))
    #expect(text.hasPrefix("/*!\nNiiVue 0.65.0") && text.contains("BSD 2-Clause License"))
    #expect(text.contains("name:\"@niivue/niivue\",version:\"0.65.0\""))
  }

  @Test func aClientThatHasTheFileGetsItsTagOnly() throws {
    for coding in ["gzip", "identity"] {
      let first = try file("app/main.js").response(to: head(["Accept-Encoding": coding]))
      let tag = try #require(first.headers["ETag"])
      #expect(first.headers["Cache-Control"] == "public, max-age=31536000, immutable")
      for known in [tag, "\"other\", \(tag)", "*"] {
        let again = try file("app/main.js").response(
          to: head(["Accept-Encoding": coding, "If-None-Match": known]))
        #expect(again.status == 304 && again.body.isEmpty && again.headers["ETag"] == tag)
      }
      let other = try file("app/main.js").response(
        to: head(["Accept-Encoding": coding, "If-None-Match": "\"other\""]))
      #expect(other.status == 200)
    }
  }

  @Test func theVersionChangesWithTheContent() {
    let one = PageFile.version(of: [[1, 2], [3]])
    #expect(one.count == 16)
    #expect(one != PageFile.version(of: [[1], [2, 3]]))
    #expect(one != PageFile.version(of: [[1, 2], [4]]))
  }

  @Test func gzipReturnsWhatItWasGiven() throws {
    let text = Array(String(repeating: "a page and its modules; ", count: 40_000).utf8)
    let packed = try #require(Gzip.compressed(text))
    #expect(packed.count < text.count / 20)
    #expect(Gzip.inflated(packed) == text)
    #expect(Gzip.compressed([1, 2, 3]) == nil, "it would grow")
    #expect(Gzip.inflated([1, 2, 3]).isEmpty)
  }
}
