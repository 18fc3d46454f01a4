internal import Dispatch

/// Passes signals to a handler instead of ending the process. This applies until the value is released.
package struct CaughtSignals {
  private let sources: [any DispatchSourceSignal]

  /// Starts to catch signals. Signals that arrive after this call are not missed.
  ///
  /// - Parameter handler: Called for each signal with its number. Only one call runs at a time.
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
