import Testing

@Suite struct FloorPlanTests {
}
