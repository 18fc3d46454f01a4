import CheckedNumbers
import StrictJSON
import Telemetry
import Tensors

/// The times of one stage.
struct BenchRow {
  let stage: BenchStage
  /// A description of the work, including its shapes.
  let work: String
  /// The times of all runs in seconds, in ascending order.
  let seconds: [Double]
  /// The number of floating-point operations of one run; nil if they do not determine the time.
  var operations: Double?
  /// The number of bytes that one run processes; nil if they do not determine the time.
  var bytes: Int?
  /// Threads × seconds with the first number of threads, divided by the same product for this row. It is 1 if doubling
  /// the threads halves the time. Nil for the first number of threads.
  var efficiency: Double?

  var median: Double {
    let middle = seconds.count / 2
    return seconds.count.isMultiple(of: 2)
      ? (seconds[middle - 1] + seconds[middle]) / 2 : seconds[middle]
  }
}

/// The results of `brgsa bench` for one number of threads.
struct BenchReport {
  let threads: Int
  let kernels: Kernels
  /// The highest rate of all threads together so far, in floating-point operations per second.
  var peak: Double
  var rows: [BenchRow] = []

  /// The peak memory of this process in bytes; 0 if unknown.
  var peakMemory: Int { ProcessFigures.peakBytes ?? 0 }

  var heading: String {
    "\(threads) threads, kernels \(kernels.name), OpenBLAS \(Processor.openBLASCore)"
  }

  /// Returns the efficiency of `row` relative to the row at `index` of this report.
  func efficiency(of row: BenchRow, at index: Int, threads: Int) -> Double {
    rows[index].median * Double(self.threads) / (row.median * Double(threads))
  }

  func line(_ row: BenchRow) -> String {
    let times = [row.seconds[0], row.median, row.seconds[row.seconds.count - 1]]
    var line =
      "\(row.stage.rawValue): \(row.work): median \(Self.digits(times[1], 4)) s (\(Self.digits(times[0], 4)) to \(Self.digits(times[2], 4)))"
    if let operations = row.operations {
      let rate = operations / row.median
      line +=
        ", \(Self.digits(operations / 1e9, 1)) GFLOP, \(Self.digits(rate / 1e9, 1)) GFLOP/s, "
        + "\(Self.digits(100 * rate / peak, 0)) % of the peak of \(Self.digits(peak / 1e9, 1))"
    }
    if let bytes = row.bytes {
      line += ", \(Self.digits(Double(bytes) / row.median / 1e6, 0)) MB/s of voxels"
    }
    if let efficiency = row.efficiency {
      line += ", efficiency \(Self.digits(100 * efficiency, 0)) %"
    }
    return line
  }

  var json: JSON {
    [
      "threads": .integer(threads), "kernels": .string(kernels.name),
      "compute": .string(kernels.compute.rawValue),
      "openblas": .string(Processor.openBLASCore), "peak_gflops": .double(peak / 1e9),
      "peak_memory_mib": .integer(peakMemory >> 20),
      "stages": .array(
        rows.map { row in
          [
            "stage": .string(row.stage.rawValue), "work": .string(row.work),
            "seconds": .array(row.seconds.map(JSON.double)),
            "median_seconds": .double(row.median),
            "gflop": row.operations.map { .double($0 / 1e9) },
            "share_of_peak": row.operations.map { .double($0 / row.median / peak) },
            "bytes": row.bytes.map(JSON.integer),
            "efficiency": row.efficiency.map(JSON.double),
          ]
        }),
    ]
  }

  /// Returns `value` with the given number of decimals.
  static func digits(_ value: Double, _ places: Int) -> String {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    guard abs(value) < 1e12, let whole = Int(nearest: value * scale),
      let unit = Int(nearest: scale)
    else { return "\(value)" }
    guard places > 0 else { return "\(whole)" }
    let behind = String(abs(whole % unit))
    return "\(whole / unit)." + String(repeating: "0", count: places - behind.count) + behind
  }
}
