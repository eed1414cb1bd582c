"""The population register's SOAP services, through an X-Road-style gateway."""
