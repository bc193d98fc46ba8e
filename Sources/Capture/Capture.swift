// How playing gets into the library.
