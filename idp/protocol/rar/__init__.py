"""Rich authorization requests (RFC 9396): what exactly a person agrees to, in types that each have a module."""
