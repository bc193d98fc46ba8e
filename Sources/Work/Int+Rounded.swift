extension Int {
  /// The whole number that is nearest to `value`: for numbers that were measured or computed, of which
  /// one may be endless or none at all, as the loss of a training that ran away is.
  ///
  /// What is too large or too small is the largest or smallest; what is no number is 0.
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
