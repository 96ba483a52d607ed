"""Keys, sealing, hashing and proof: bytes in, verdict out. No I/O, no clock, nothing else of Aigaq."""
