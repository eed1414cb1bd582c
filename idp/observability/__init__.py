"""What operators see: structured logs without anything personal."""
