internal import Dispatch

/// Signals that go to a handler instead of ending the process, while this value lives.
package struct CaughtSignals {
  private let sources: [any DispatchSourceSignal]

  /// Calls `handler` with the number of each signal, sequentially. No signal after this call is
  /// missed.
  package init(_ numbers: [Int32], handler: @escaping @Sendable (Int32) -> Void) {
    let queue = DispatchQueue(label: "brgsa.signals")
    let registration = DispatchGroup()
    sources = numbers.map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { handler(number) }
      registration.enter()
      source.setRegistrationHandler { registration.leave() }
      source.activate()
      return source
    }
    registration.wait()
  }
}
