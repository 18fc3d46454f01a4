internal import Tensors

/// Tokens that attend only to each other: optionally one token that lies apart, and a range of tokens.
struct TokenGroup: Sendable, Equatable {
  /// The index of the group's first token if it does not lie directly before ``range``; otherwise nil.
  let first: Int?
  /// The indices of the other tokens.
  let range: Range<Int>

  /// Number of tokens.
  var count: Int { range.count + (first == nil ? 0 : 1) }

  /// Returns the index of the token at `place`, counted from 0 within the group.
  func token(_ place: Int) -> Int {
    guard let first else { return range.lowerBound + place }
    return place == 0 ? first : range.lowerBound + place - 1
  }
}

/// Attention within groups of tokens.
enum GroupedAttention {
  /// Computes the attention of all heads within each group.
  ///
  /// `projections` has the queries of all heads, followed by all keys and all values, as floats: `[n, 3C]`. The result
  /// is written to `context`, `[n, C]`. Tokens that belong to no group are not written. `scratch` has an element for
  /// each worker, large enough for the largest group.
  static func run(
    _ groups: [TokenGroup], heads: Int, projections: TokenPanels, scratch: [GroupScratch],
    into context: TokenPanels, _ pool: WorkerPool, _ kernels: Kernels
  ) {
    let width = context.channels
    let headWidth = width / heads
    pool.run(tasks: groups.count * heads) { task, worker in
      let (group, head) = (groups[task / heads], task % heads)
      let own = scratch[worker]
      func aligned(_ part: Int) -> TokenPanels {
        let start = part * width + head * headWidth
        let source = projections.channels(start..<(start + headWidth))
        let target = own.panels(part, tokens: group.count)
        for place in 0..<group.count {
          target.token(place).update(from: source.token(group.token(place)))
        }
        return target
      }
      let (queries, keys, values) = (aligned(0), aligned(1), aligned(2))
      kernels.arrange(queries, as: .queries)
      kernels.arrange(keys, as: .keys)
      kernels.arrange(values, as: .values)
      let result = context.channels(head * headWidth..<(head + 1) * headWidth)
      for panel in 0..<queries.count {
        let part = queries.panels(panel..<(panel + 1))
        let gathered = own.panels(GroupScratch.context, tokens: part.tokens)
        kernels.attention(
          queries: part, keys: keys, values: values, scale: 1 / Float(headWidth).squareRoot(),
          scratch: own.attention, into: gathered)
        for index in 0..<part.tokens {
          result.token(group.token(panel * TokenPanels.width + index))
            .update(from: gathered.token(index))
        }
      }
    }
  }
}

/// Scratch memory of one worker for one attention head of one group.
///
/// `@unchecked Sendable`: only its worker uses it.
final class GroupScratch: @unchecked Sendable {
  let attention = AttentionScratch()
  private let headWidth: Int
  private let memory: [FloatBuffer]

  /// The index of the buffer for the output of attention. Buffers 0, 1 and 2 contain queries, keys and values.
  static let context = 3

  /// - Parameter tokens: Number of tokens of the largest group.
  init(tokens: Int, headWidth: Int) {
    self.headWidth = headWidth
    memory = (0..<4).map { _ in
      FloatBuffer(count: TokenPanels.floats(tokens: tokens, channels: headWidth))
    }
  }

  /// Returns a buffer as panels for `tokens` tokens of one head.
  func panels(_ place: Int, tokens: Int) -> TokenPanels {
    TokenPanels(memory[place], tokens: tokens, channels: headWidth)
  }
}
