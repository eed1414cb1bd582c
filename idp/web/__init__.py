"""The HTTP edge: parse a request, call one use case, render the answer."""
