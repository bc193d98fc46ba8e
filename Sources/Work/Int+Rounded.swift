extension Int {
  /// The integer nearest to `value`, for measured or computed values that may be infinite or NaN, such as the
  /// loss of a training that diverged.
  ///
  /// A value out of range is clamped to `.min` or `.max`; NaN gives 0.
  public init(nearestTo value: Double) {
    if value.isNaN {
      self = 0
    } else if let whole = Int(exactly: value.rounded()) {
      self = whole
    } else {
      self = value < 0 ? .min : .max
    }
  }
}
