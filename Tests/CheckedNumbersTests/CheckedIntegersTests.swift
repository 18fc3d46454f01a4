import CheckedNumbers
import Testing

/// Conversions that answer instead of trapping.
@Suite struct CheckedIntegersTests {
  @Test(arguments: [
    Double.nan, .infinity, -.infinity, 1e300, -1e300, 9_223_372_036_854_775_808, 0x1p63, -0x1.1p63,
  ])
  func numbersThatNoIntegerHoldsAreNil(value: Double) {
    #expect(Int(nearest: value) == nil)
    #expect(Int8(nearest: value) == nil)
  }

  @Test func theNearestIntegerIsTakenWithinTheRangeOnly() {
    #expect(Int(nearest: 2.5) == 3)
    #expect(Int(nearest: -2.5) == -3)
    #expect(Int(nearest: Float(7.4), in: 0...7) == 7)
    #expect(Int(nearest: 7.5, in: 0...7) == nil)
    #expect(Int(nearest: -0x1p63) == .min)
    #expect(Int16(nearest: 32767.4) == 32767)
    #expect(Int16(nearest: 32767.5) == nil)
  }

  @Test(arguments: [
    (Double.nan, -5), (.infinity, 9), (-.infinity, -5), (1e300, 9), (-1e300, -5), (8.6, 9),
    (3.5, 4), (-0.4, 0),
  ])
  func clampingAlwaysGivesAnIntegerOfTheRange(value: Double, expected: Int) {
    #expect(Int(nearest: value, clampedTo: -5...9) == expected)
  }

  @Test func flooringRoundsDown() {
    #expect(Int(floor: 3.99, clampedTo: 0...9) == 3)
    #expect(Int(floor: -0.5, clampedTo: -9...9) == -1)
    #expect(Int(floor: Float.nan, clampedTo: 0...9) == 0)
    #expect(UInt8(floor: 1e9 as Float, clampedTo: 0...255) == 255)
  }

  @Test(arguments: [
    "", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "١", "9223372036854775808", "--1",
  ])
  func onlyPlainDigitsSpellANumber(text: String) { #expect(Int(digits: text) == nil) }

  @Test func digitsCountWithinTheRange() {
    #expect(Int(digits: "-12") == -12)
    #expect(Int(digits: "007") == 7)
    #expect(Int(digits: "12", in: 0...11) == nil)
    #expect(Int(digits: "12"[...], in: 0...12) == 12)
  }

  @Test func hexadecimalDigitsHaveNoSignAndNoPrefix() {
    #expect(UInt16(hexadecimalDigits: "fFe0") == 0xffe0)
    #expect(UInt16(hexadecimalDigits: "10000") == nil)
    for text in ["", "+f", "-1", "0x1", "g", " 1"] { #expect(Int(hexadecimalDigits: text) == nil) }
  }

  @Test func sumsAndProductsThatOverflowAreNil() {
    #expect([1 << 62, 1 << 62].checkedSum == nil)
    #expect([Int.min, -1].checkedSum == nil)
    #expect([3, -5].checkedSum == -2)
    #expect([1 << 40, 1 << 40].checkedProduct == nil)
    #expect([Int.min, -1].checkedProduct == nil)
    #expect([512, 512, 300].checkedProduct == 78_643_200)
    #expect([Int]().checkedProduct == 1)
  }
}
