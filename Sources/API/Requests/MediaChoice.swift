/// Chooses the format of a response from the `Accept` header.
enum MediaChoice {
  /// Returns the offered format that the client prefers, or the first one if it has no preference.
  ///
  /// - Source: RFC 9110, section 12.5.1.
  /// - Throws: ``Problem`` `not-acceptable` if the client accepts none of them.
  static func choose(_ accept: String?, among offers: [String]) throws(Problem) -> String {
    guard let accept, accept.contains(where: { !$0.isWhitespace }) else { return offers[0] }
    let ranges = accept.split(separator: ",").compactMap(Range.init)
    var best: (offer: String, quality: Double)?
    for offer in offers {
      // The most specific range that matches determines the quality.
      let matching = ranges.filter { $0.matches(offer) }.max { $0.rank < $1.rank }
      guard let quality = matching?.quality, quality > (best?.quality ?? 0) else { continue }
      best = (offer, quality)
    }
    guard let best else {
      throw Problem(
        .notAcceptable, "The response is not available in an accepted format.",
        hint: "Available formats: \(offers.joined(separator: ", ")).")
    }
    return best.offer
  }

  private struct Range {
    let type: String
    let quality: Double

    init?(_ text: Substring) {
      let parts = text.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
      guard let type = parts.first, type.contains("/") else { return nil }
      self.type = type
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
      quality = weight.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
    }

    /// A rank that is higher for more specific ranges.
    var rank: Int { type == "*/*" ? 0 : type.hasSuffix("/*") ? 1 : 2 }

    func matches(_ offer: String) -> Bool {
      type == offer || type == "*/*" || (type.hasSuffix("/*") && offer.hasPrefix(type.dropLast()))
    }
  }
}
