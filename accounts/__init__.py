"""Keep people, credits, savings and proofs of identity behind one REST contract."""
