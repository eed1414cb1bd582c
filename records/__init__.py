"""What every record of the product is made of."""
