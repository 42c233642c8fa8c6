"""Write a person's documents as PDF: what they say, how they look, and who may fetch them once."""
