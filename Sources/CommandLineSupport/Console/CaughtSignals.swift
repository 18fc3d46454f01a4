internal import Dispatch

/// Passes signals to a handler, so that they do not end the process. It does so until this value is released.
package struct CaughtSignals {
  private let sources: [any DispatchSourceSignal]

  /// Starts calling `handler` for each signal, one at a time, with the number of the signal.
  /// Signals that arrive after this call are not missed.
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
