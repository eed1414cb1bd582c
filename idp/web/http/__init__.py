"""What every page and endpoint shares: routing, forms, cookies, rendering, texts, errors."""
