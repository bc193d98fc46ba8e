// How a model learns.
